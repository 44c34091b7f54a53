export { RatingForm } from "@engage/react";
export { default as css } from "@engage/react/forms.css?inline";
