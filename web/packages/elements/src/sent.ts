export { SentFiles } from "@engage/react";
export { default as css } from "@engage/react/files.css?inline";
