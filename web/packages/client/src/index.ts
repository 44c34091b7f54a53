export { ApiError } from "./api";
export type { Chat, ChatView, Item } from "./chat";
export { type Client, type ClientOptions, createClient } from "./client";
export { type Connection, connectionOf } from "./connection";
export type { Failure, Filter, Inbox, Pending, Self, State } from "./model";
export { memoryStorage, type Ports, type SocketLike, uuid } from "./ports";
export { LOCAL } from "./thread";
export type * from "./wire";
