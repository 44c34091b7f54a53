export { en as table } from "./en";
