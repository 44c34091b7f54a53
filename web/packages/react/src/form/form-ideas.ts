/** What only comes to who writes something longer. */
export { suggest } from "../suggest";
