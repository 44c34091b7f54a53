export { EngageChat } from "./chat-element";
