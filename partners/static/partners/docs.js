/** Draws the OpenAPI document. Nothing is asked of any other host, and nothing is kept. */
"use strict";

const place = document.getElementById("docs");

window.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.document,
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
});
