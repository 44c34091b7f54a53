export { EngageChat } from "./chat-element";
export { EngageContact } from "./contact-element";
export { EngageFaq } from "./faq-element";
export { EngageTicketForm, EngageTickets } from "./tickets-element";
