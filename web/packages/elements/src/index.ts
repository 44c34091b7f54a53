export { EngageChat } from "./chat-element";
export { EngageContact } from "./contact-element";
