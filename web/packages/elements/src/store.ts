/** What the page remembers. Storage may be forbidden; then nothing is. */
export function read(storage: "localStorage" | "sessionStorage", key: string): string {
  try {
    return window[storage].getItem(key) ?? "";
  } catch {
    return "";
  }
}

/** The empty text removes. */
export function write(storage: "localStorage" | "sessionStorage", key: string, text: string): void {
  try {
    if (text) window[storage].setItem(key, text);
    else window[storage].removeItem(key);
  } catch {}
}
