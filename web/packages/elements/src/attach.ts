export { Attached, Clip, take } from "./attached";
export { default as css } from "./attached.css?inline";
