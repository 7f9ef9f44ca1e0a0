// What leaves the page: to the clipboard, or into a file.

import { find, page } from "./elements.js";

// Rich text for word processors, plain text for everything else.
export async function copyBoth(plain, html, button) {
  const as = (type, text) => new Blob([text], { type });
  try {
    await navigator.clipboard.write([
      new ClipboardItem({
        "text/plain": as("text/plain", plain),
        "text/html": as("text/html", html),
      }),
    ]);
  } catch {
    copyOldWay(plain); // browsers offer the clipboard to pages on localhost or https only
    button.focus();
  }
}

function copyOldWay(text) {
  const area = document.createElement("textarea");
  area.value = text;
  page.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

export function copied() {
  return find("template.copied").innerHTML;
}

export function saveFile(name, content, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
