// Verifies a webhook with the official npm package: {secret, headers, body} as JSON on standard input.
// Prints the message's type, or "refused".
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";

const { secret, headers, body } = JSON.parse(readFileSync(0, "utf8"));
try {
  console.log(new Webhook(secret).verify(body, headers).type);
} catch {
  console.log("refused");
}
