// @ts-check
// "Copy" beside a secret: the button shows itself only where the clipboard can be written.

for (const button of document.querySelectorAll("button[data-copies]")) {
  if (!(button instanceof HTMLButtonElement) || !navigator.clipboard) continue;
  const source = document.getElementById(button.dataset.copies ?? "");
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source?.textContent ?? "");
    button.textContent = button.dataset.copied ?? "";
  });
}
