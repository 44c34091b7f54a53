/** A sheet that is inlined once more, so that who needs it does not fetch whatever else has it. */
declare module "*?form&inline" {
  const css: string;
  export default css;
}
