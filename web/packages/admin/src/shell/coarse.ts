/** Whether one points with a finger: then there is no key to send with, and Enter is for a new line. */
export function coarse(): boolean {
  return typeof matchMedia === "function" && matchMedia("(pointer: coarse)").matches;
}
