/** Starts an emscripten module from a compiled module that the page has sent; the worker itself can fetch nothing. */

/**
 * @param {Function} factory the codec's glue
 * @param {WebAssembly.Module} module
 * @returns {Promise<any>} the codec
 */
export function instantiateEmscripten(factory, module) {
  return factory({
    noInitialRun: true,
    print: () => {},
    printErr: () => {},
    instantiateWasm(/** @type {WebAssembly.Imports} */ imports, /** @type {Function} */ done) {
      const instance = new WebAssembly.Instance(module, imports);
      done(instance);
      return instance.exports;
    },
  });
}
