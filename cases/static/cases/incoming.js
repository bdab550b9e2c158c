// Files that are dragged here or pasted. A file that misses the picker must not open in this tab,
// where it would take the place of everything the person has done.

/**
 * @param {HTMLElement} area which shows that it would take them
 * @param {() => boolean} wanted whether files can be taken now
 * @param {(files: Iterable<File>) => void} choose
 */
export function takeIncoming(area, wanted, choose) {
  /** @param {boolean} on */
  const light = (on) => area.classList.toggle("picker--over", on);

  addEventListener("dragover", (event) => {
    const { dataTransfer } = event;
    if (!dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    dataTransfer.dropEffect = wanted() ? "copy" : "none";
    light(wanted());
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) light(false);
  });
  addEventListener("drop", (event) => {
    light(false);
    const files = event.dataTransfer?.files;
    if (!files?.length) return;
    event.preventDefault();
    if (wanted()) choose(files);
  });
  addEventListener("paste", (event) => {
    const files = event.clipboardData?.files;
    if (!files?.length || !wanted()) return;
    event.preventDefault();
    choose(files);
  });
}
