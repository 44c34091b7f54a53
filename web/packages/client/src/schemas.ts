// Written by `npm run types` from docs/openapi.json; do not edit. The socket's frames are not in it: see wire.ts.
// biome-ignore-all lint: generated
// biome-ignore-all format: generated
export interface components {
    schemas: {
        /** @description An agent. */
        Agent: {
            /**
             * Format: int64
             * @description How many they are given at most; null: as many as the site sets.
             */
            capacity: number | null;
            /** @description The host's id. */
            id: string;
            /** @description The languages that they answer in. */
            languages: string[];
            /** @description The name to show. */
            name: string;
            /**
             * Format: int64
             * @description How many open conversations they answer.
             */
            open: number;
            /** @description Whether they take chats. */
            status: components["schemas"]["Presence"];
        };
        /** @description All agents. */
        AgentList: {
            /** @description In no order. */
            agents: components["schemas"]["Agent"][];
        };
        /** @description Who answers a conversation. */
        Assignee: {
            /** @description The host's id of the agent. Staff only. */
            id?: string | null;
            /** @description The name to show; null for visitors when the host has given none. */
            name: string | null;
        };
        /** @description A line of the audit log. */
        AuditLine: {
            /** @description What, as `capability.verb`. */
            action: string;
            /** @description Who: `visitor:ID`, `staff:ID` or `system`. */
            actor: string;
            /** @description When. */
            at: components["schemas"]["Time"];
            /** @description Further facts, an object. */
            detail: unknown;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description On what, as `kind:ID`. */
            target: string;
        };
        /** @description A page of the audit log, newest first. */
        AuditPage: {
            /** @description The lines. */
            entries: components["schemas"]["AuditLine"][];
            /** @description What `before` takes for the page after this one; null on the last. */
            next: string | null;
        };
        /** @description Who wrote or did something. */
        Author: {
            /** @description Who exactly: a contact's id, or the host's id of an agent. Visitors do not learn the latter. */
            id?: string | null;
            /** @description On which side. */
            kind: components["schemas"]["AuthorKind"];
            /** @description What to call them. Null for visitors, whose name the conversation's contact has, and for `system`. */
            name: string | null;
        };
        /**
         * @description On which side an author is.
         * @enum {string}
         */
        AuthorKind: "visitor" | "agent" | "bot" | "system";
        /** @description That somebody may not write. */
        Blocked: {
            /** @description Since when. */
            at: components["schemas"]["Time"];
            by: components["schemas"]["PresentAgent"] | null;
            /** @description Why. */
            reason: string | null;
        };
        /** @description A text that agents say often. */
        Canned: {
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description What agents type to find it. Unique. */
            shortcode: string;
            /** @description The team whose it is; null: everybody's. */
            team: string | null;
            /** @description With variables as they were written. */
            text: string;
            /** @description When it was last changed. */
            updated_at: components["schemas"]["Time"];
            /**
             * Format: int64
             * @description Counts changes, from 1.
             */
            version: number;
        };
        /** @description A page of canned replies, in the order of the shortcodes. */
        CannedPage: {
            /** @description What `after` takes for the page after this one; null on the last. */
            next: string | null;
            /** @description The replies. */
            replies: components["schemas"]["Canned"][];
        };
        /** @description A text with its variables filled in. */
        CannedText: {
            /** @description At most 10,000 characters. */
            text: string;
        };
        /** @description What an entry changes. */
        Change: {
            /** @description Plain text. */
            body: string;
            /** @description The sender's own id of it. */
            client_message_id: string | null;
            /**
             * Format: uuid
             * @description The entry that it answers.
             */
            reply_to: string | null;
            /** @enum {string} */
            type: "message";
        } | {
            /** @description Plain text. */
            body: string;
            /** @description The sender's own id of it. */
            client_message_id: string | null;
            /**
             * Format: uuid
             * @description The entry that it answers.
             */
            reply_to: string | null;
            /** @enum {string} */
            type: "note";
        } | {
            snoozed_until?: components["schemas"]["Time"] | null;
            /** @description The new one. */
            status: components["schemas"]["Status"];
            /** @enum {string} */
            type: "status";
        } | {
            agent: components["schemas"]["Assignee"] | null;
            /** @enum {string} */
            type: "assigned";
        } | {
            /** @description Null: everybody's. */
            team: string | null;
            /** @enum {string} */
            type: "team";
        } | {
            /** @description The new one. */
            priority: components["schemas"]["Priority"];
            /** @enum {string} */
            type: "priority";
        } | {
            /** @description A BCP 47 tag in lower case; null: any. */
            language: string | null;
            /** @enum {string} */
            type: "language";
        } | {
            /** @description As of now. */
            contact: components["schemas"]["Contact"];
            /** @enum {string} */
            type: "contact";
        } | {
            /** @description All of them, sorted. */
            labels: string[];
            /** @enum {string} */
            type: "labels";
        } | {
            /** @description What changed; null: removed. */
            changed: {
                [key: string]: unknown;
            };
            /** @enum {string} */
            type: "attributes";
        } | {
            /** @description In their own words. */
            comment: string | null;
            /**
             * Format: int32
             * @description From 1, the worst, to 5.
             */
            score: number;
            /** @enum {string} */
            type: "rated";
        } | {
            /** @description What the bot lets staff know; null: nothing. Staff only. */
            note?: string | null;
            /** @enum {string} */
            type: "handoff";
        };
        /**
         * @description What an agent can choose to be.
         * @enum {string}
         */
        Chosen: "online" | "away";
        /** @description A contact, for staff and for themselves. */
        Contact: {
            blocked?: components["schemas"]["Blocked"] | null;
            /** @description Their address. */
            email: string | null;
            /**
             * Format: uuid
             * @description Their id.
             */
            id: string;
            /** @description Their name. */
            name: string | null;
        };
        /** @description What was said with one contact. */
        ContactConversations: {
            /** @description Those that the caller sees, latest change first. */
            conversations: components["schemas"]["Conversation"][];
            /** @description For `before`, to go on; null: there are no more. */
            next: string | null;
        };
        /** @description All that staff see of a contact. */
        ContactInfo: {
            /** @description What the site keeps of them. */
            attributes: {
                [key: string]: unknown;
            };
            blocked: components["schemas"]["Blocked"] | null;
            /** @description When first seen. */
            created_at: components["schemas"]["Time"];
            /** @description Their address. */
            email: string | null;
            /**
             * Format: uuid
             * @description Their id.
             */
            id: string;
            /** @description Whether the host knows them. */
            is_member: boolean;
            /** @description Their name. */
            name: string | null;
            /** @description When last changed. */
            updated_at: components["schemas"]["Time"];
        };
        /** @description Contacts that were found, newest first. */
        ContactPage: {
            /** @description Each. */
            contacts: components["schemas"]["ContactInfo"][];
            /** @description What `before` takes for the page after this one; null on the last. */
            next: string | null;
        };
        /** @description A conversation, as its reader sees it now. */
        Conversation: {
            assignee: components["schemas"]["Assignee"] | null;
            /** @description What the site keeps of it. Staff only. */
            attributes?: {
                [key: string]: unknown;
            } | null;
            /** @description Whether the host's bot answers: then it is open and nobody's, and waits for nobody. */
            bot: boolean;
            contact?: components["schemas"]["Contact"] | null;
            /** @description When it was opened. */
            created_at: components["schemas"]["Time"];
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description What it is about, sorted. Staff only. */
            labels?: string[] | null;
            /** @description In which language the visitor wants to be answered; null: any. Staff only. */
            language?: string | null;
            last_message: components["schemas"]["Excerpt"] | null;
            /** @description The reader has marked it as unread since they last read in it. Staff only; absent where a command is answered. */
            marked_unread?: boolean | null;
            priority?: components["schemas"]["Priority"] | null;
            rating: components["schemas"]["Rating"] | null;
            /**
             * Format: int64
             * @description The number of the newest entry that the reader sees.
             */
            seq: number;
            snoozed_until?: components["schemas"]["Time"] | null;
            /** @description Whether it is being worked on. */
            status: components["schemas"]["Status"];
            /** @description Whose it is; null: everybody's. Staff only. */
            team?: string | null;
            unanswered_since?: components["schemas"]["Time"] | null;
            /**
             * Format: int64
             * @description How many messages by others came after the reader's mark.
             */
            unread: number;
            /** @description When it last changed; for visitors: when the last message came. */
            updated_at: components["schemas"]["Time"];
            waiting_since?: components["schemas"]["Time"] | null;
        };
        /** @description A page of conversations, latest change first. */
        ConversationPage: {
            /** @description The conversations. */
            conversations: components["schemas"]["Conversation"][];
            /** @description What `hello.inbox` takes. Null for visitors, who always fetch. */
            inbox: string | null;
            /** @description What `before` takes for the page after this one; null on the last. */
            next: string | null;
        };
        /** @description A webhook to be made. */
        CreateWebhook: {
            /** @description At most 200 characters. */
            description?: string;
            /** @description At most 50 names of events; none: all. */
            events?: string[];
            /** @description Where to: https, at most 2,048 bytes. */
            url: string;
        };
        /** @description A promise that was given up. */
        DeadLetter: {
            /**
             * Format: int32
             * @description How many attempts failed.
             */
            attempts: number;
            /** @description When it was due. */
            due: components["schemas"]["Time"];
            /** @description What the last one said. */
            error: string;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description What it says, an object. */
            payload: unknown;
            /** @description Who was to keep it. */
            topic: string;
        };
        /** @description Promises that were given up. */
        DeadLetterList: {
            /** @description Newest first. */
            letters: components["schemas"]["DeadLetter"][];
        };
        /** @description A delivery and its last attempt. */
        DeliveryInfo: {
            /**
             * Format: int64
             * @description How many attempts there were.
             */
            attempts: number;
            /** @description Whether the receiver has it. */
            delivered: boolean;
            /** @description Why the last failed: a code such as `timed_out`. */
            error: string | null;
            /** @description The event's name: `type`. */
            event: string;
            /**
             * Format: uuid
             * @description The event's id: `webhook-id`.
             */
            event_id: string;
            /** @description When the first was over. */
            first_at: components["schemas"]["Time"];
            /**
             * Format: uuid
             * @description Its id, which is also its promise's in the outbox.
             */
            id: string;
            /** @description When the last was over. */
            last_at: components["schemas"]["Time"];
            /**
             * Format: int32
             * @description What the receiver answered.
             */
            status: number | null;
            /**
             * Format: int64
             * @description How long the last took.
             */
            took_ms: number;
        };
        /** @description A page of deliveries, newest first. */
        DeliveryPage: {
            /** @description The deliveries. */
            deliveries: components["schemas"]["DeliveryInfo"][];
            /** @description What `before` takes for the page after this one; null on the last. */
            next: string | null;
        };
        /** @description An empty object. */
        Empty: Record<string, never>;
        /** @description One durable change of a conversation. */
        Entry: components["schemas"]["Change"] & {
            /** @description When. */
            at: components["schemas"]["Time"];
            /** @description Who. */
            author: components["schemas"]["Author"];
            /**
             * Format: uuid
             * @description Where.
             */
            conversation: string;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /**
             * Format: int64
             * @description Its number among what the reader sees, from 1, without a hole.
             */
            seq: number;
        };
        /** @description Entries of a conversation. */
        EntryPage: {
            /** @description Oldest first. */
            entries: components["schemas"]["Entry"][];
            /** @description The history of the database to which the numbers belong. */
            epoch: string;
            /** @description Whether there are more in the direction asked for. */
            has_more: boolean;
            /**
             * Format: int64
             * @description The number of the conversation's newest entry.
             */
            seq: number;
        };
        /** @description The start of a message. */
        Excerpt: {
            /** @description When. */
            at: components["schemas"]["Time"];
            /** @description Who wrote it. */
            author: components["schemas"]["Author"];
            /** @description At most 140 characters. */
            excerpt: string;
            /** @description What it is. */
            type: components["schemas"]["ExcerptKind"];
        };
        /**
         * @description What kind of message an excerpt is of.
         * @enum {string}
         */
        ExcerptKind: "message" | "note";
        /** @description One thing that is asked. */
        Field: {
            /** @description What can be chosen, of a select. */
            choices: string[];
            /** @description How it is asked. */
            kind: components["schemas"]["FieldKind"];
            /** @description What people read. */
            label: string;
            /** @description How long an answer may be. */
            max_length: number | null;
            /** @description The name of its answer. */
            name: string;
            /** @description Whether it must be answered; a checkbox, whether it must be checked. */
            required: boolean;
        };
        /**
         * @description How something is asked.
         * @enum {string}
         */
        FieldKind: "text" | "email" | "select" | "checkbox";
        /** @description A field that breaks a rule. */
        FieldProblem: {
            /** @description The rule's stable name. */
            code: string;
            /** @description A sentence for people. */
            detail: string;
            /** @description JSON pointer to the field. */
            field: string;
        };
        /** @description Which conversations, as the query of the list takes them. Absent or null: not asked for, but for the status. */
        Filter: {
            /** @description `any`, `none`, `me`, who is whoever looks, or the host's id of an agent. */
            assignee?: string | null;
            /** @description One exact label. */
            label?: string | null;
            priority?: components["schemas"]["Priority"] | null;
            /** @description `open`, `snoozed`, `closed` or `all`; absent: `open`. */
            status?: string | null;
            /** @description A team's name; empty: of no team. */
            team?: string | null;
        };
        /** @description What was answered to one field. */
        FormAnswer: {
            /** @description What was read beside it. */
            label: string;
            /** @description The field's name. */
            name: string;
            /** @description A text, a number, a truth value, or a list of texts. */
            value: unknown;
        };
        /** @description What a submission became. */
        FormBecame: {
            /**
             * Format: uuid
             * @description Of `chat`: which conversation.
             */
            conversation: string;
            /** @description `chat`. */
            kind: string;
        };
        /** @description What a submission becomes. */
        FormBecomes: {
            /** @description `nothing` or `chat`. */
            kind: string;
            /** @description Of a chat, the team whose it is; null: everybody's. */
            team?: string | null;
        };
        /** @description Work for a browser: which number behind the salt has this SHA-256? */
        FormChallenge: {
            /** @description Always `SHA-256`. */
            algorithm: string;
            /** @description The digest, in hex. */
            challenge: string;
            /**
             * Format: int32
             * @description The greatest number that has to be tried.
             */
            maxnumber: number;
            /** @description What stands before the number. */
            salt: string;
            /** @description That engage made it. */
            signature: string;
        };
        /** @description That an earlier field is answered in one of these ways. */
        FormCondition: {
            /** @description The earlier field, which is chosen or checked. */
            field: string;
            /** @description Its choices; of a checkbox `true` or `false`. */
            is: string[];
        };
        /** @description What somebody agreed to. */
        FormConsent: {
            /** @description When. */
            at: components["schemas"]["Time"];
            /** @description The text. */
            text: string;
            /** @description SHA-256 of the text, in hex. */
            version: string;
        };
        /** @description A form as it is defined. */
        FormDefinition: {
            /** @description What a submission becomes. */
            becomes?: components["schemas"]["FormBecomes"];
            /** @description What its button says, at most 50 characters. */
            button?: string;
            /** @description Whether a mail says that it has arrived, to the address that was given. */
            confirm?: boolean;
            /** @description What people must agree to, at most 2,000 characters; empty: nothing. */
            consent?: string;
            /** @description What it asks: 1 to 50 fields. */
            fields: components["schemas"]["FormField"][];
            /** @description What it says before it asks, at most 2,000 characters. */
            intro?: string;
            /** @description 1 to 50 of `a-z 0-9 -`. */
            name: string;
            /** @description What keeps it from being filled in by programs. */
            protection?: components["schemas"]["FormProtection"];
            /** @description Who is told by mail: at most 10 addresses. */
            recipients?: string[];
            /**
             * Format: int32
             * @description After how many days submissions are deleted, 1 to 3,650; 365 unless given.
             */
            retention_days?: number;
            /** @description What it says when all was sent, at most 2,000 characters. */
            thanks?: string;
            /** @description What people read above it, 1 to 200 characters. */
            title: string;
        };
        /** @description One thing that a form asks. */
        FormField: {
            /** @description What can be chosen, of `select`, `radio` and `several`: 1 to 100 of at most 200 characters. */
            choices?: string[];
            /** @description The first day: `YYYY-MM-DD`. */
            earliest?: string | null;
            /** @description What explains it, at most 500 characters. */
            help?: string;
            /** @description How it is asked. */
            kind: components["schemas"]["FormFieldKind"];
            /** @description What people read, 1 to 200 characters. */
            label: string;
            /** @description The last day: `YYYY-MM-DD`. */
            latest?: string | null;
            /**
             * Format: double
             * @description The greatest number.
             */
            max?: number | null;
            /** @description How long: at most 500 of one line, 10,000 of more. */
            max_length?: number | null;
            /**
             * Format: double
             * @description The least number.
             */
            min?: number | null;
            /** @description How short an answer may be, of a text of one line or more. */
            min_length?: number | null;
            /** @description What its answer is kept as: 1 to 64 of `A-Z a-z 0-9 _ . -`, a letter first. */
            name: string;
            /** @description Whether it must be answered; a checkbox, whether it must be checked. */
            required?: boolean;
            when?: components["schemas"]["FormCondition"] | null;
        };
        /**
         * @description How something is asked.
         * @enum {string}
         */
        FormFieldKind: "text" | "multiline" | "email" | "tel" | "url" | "number" | "date" | "select" | "radio" | "several" | "checkbox";
        /** @description A form with where it comes from. */
        FormInfo: {
            /** @description Its definition. */
            form: components["schemas"]["FormDefinition"];
            updated_at: components["schemas"]["Time"] | null;
            /**
             * Format: int64
             * @description Counts its changes, from 1; 0 of one that the host's code defines, which cannot be changed here.
             */
            version: number;
        };
        /** @description All forms. */
        FormList: {
            /** @description In the order of their names. */
            forms: components["schemas"]["FormInfo"][];
        };
        /** @description A form for somebody who may fill it in. */
        FormOffer: {
            /** @description What its button says; empty: the widget's own word. */
            button: string;
            challenge: components["schemas"]["FormChallenge"] | null;
            /** @description What people must agree to; empty: nothing. */
            consent: string;
            /** @description What it asks. */
            fields: components["schemas"]["FormField"][];
            /** @description What it says before it asks; may be empty. */
            intro: string;
            /** @description Its name. */
            name: string;
            /** @description The answers that it takes, as JSON Schema 2020-12. */
            schema: {
                [key: string]: unknown;
            };
            /** @description What people read above it. */
            title: string;
            /** @description What to send back with the answers. Holds for 24 hours and for one submission. */
            token: string;
        };
        /** @description What keeps a form from being filled in by programs. */
        FormProtection: {
            /** @description Addresses that make it suspicious. */
            addresses?: string[];
            /** @description Domains of addresses and links that make it suspicious. */
            domains?: string[];
            /**
             * Format: int32
             * @description How many links all answers may hold together; null: any number; 3 unless given.
             */
            max_links?: number | null;
            /**
             * Format: int32
             * @description In how many seconds nobody fills it in, 0 to 60; 2 unless given.
             */
            min_seconds?: number;
            /** @description Words that make it suspicious. */
            words?: string[];
            /**
             * Format: int32
             * @description Up to how many numbers a browser tries before it can send, 0 to 10,000,000; 0: it need not work.
             */
            work?: number;
        };
        /** @description Why somebody should look at a submission. */
        FormReason: {
            /** @description Of `address`. */
            address?: string;
            /**
             * Format: int64
             * @description Of `links`: how many there are.
             */
            count?: number;
            /** @description Of `domain`. */
            domain?: string;
            /** @description `trap`, `too_fast`, `bad_work`, `links`, `word`, `domain`, `address`, `same_text` or `blocked`. */
            kind: string;
            /**
             * Format: int64
             * @description Of `same_text`: how many others sent it.
             */
            others?: number;
            /**
             * Format: int64
             * @description Of `too_fast`: in how many seconds it came.
             */
            seconds?: number;
            /** @description Of `word`. */
            word?: string;
        };
        /** @description That it has arrived. */
        FormSent: {
            /** @description Whether the same had arrived before. */
            repeated: boolean;
            /** @description What to say; empty: the widget's own words. */
            thanks: string;
        };
        /** @description Whether all is well. */
        Health: {
            /** @description `ok`. */
            status: string;
        };
        /** @description Something to say to a visitor once in a visit, when all that it asks for is so: judged in the browser. */
        Invitation: {
            /**
             * Format: int64
             * @description After so many seconds on a page; null: at once.
             */
            after_s: number | null;
            /** @description Its name, for the answer. */
            id: string;
            /** @description On which paths; none: on all. `*` stands for any characters but `/`, `**` for any. */
            pages: string[];
            /**
             * Format: int64
             * @description When so many percent of a page have been scrolled through; null: whatever was.
             */
            scroll: number | null;
            /** @description What is said. */
            text: string;
            visits: components["schemas"]["Visits"] | null;
            /** @description Whether the site must be open. */
            when: components["schemas"]["When"];
        };
        /** @description Labels in use. */
        LabelList: {
            /** @description In the order of their characters. */
            labels: string[];
        };
        /** @description How far the caller has read. */
        MarkRead: {
            /**
             * Format: int64
             * @description The newest entry read.
             */
            seq: number;
        };
        /** @description What is left to read. */
        Marked: {
            /**
             * Format: int64
             * @description How far the caller has read.
             */
            seq: number;
            /**
             * Format: int64
             * @description How much is unread.
             */
            unread: number;
        };
        /** @description Who of the staff calls. */
        Me: {
            /** @description The host's id. */
            id: string;
            /** @description The name to show. */
            name: string;
            /** @description `agent` or `admin`. */
            role: string;
            /** @description The site. */
            site: components["schemas"]["Site"];
            /** @description Their teams. */
            teams: string[];
        };
        /** @description Makes a contact one with another. */
        MergeContact: {
            /**
             * Format: uuid
             * @description The one that stays.
             */
            into: string;
        };
        /** @description A new canned reply. */
        NewCanned: {
            /** @description 1 to 50 of `a-z 0-9 - _`; upper case is made lower. */
            shortcode: string;
            /** @description 1 to 64 characters; null: everybody's. */
            team: string | null;
            /** @description 1 to 4,000 characters, with at most 20 variables. */
            text: string;
        };
        /** @description A new view. */
        NewView: {
            /** @description What it shows. */
            filter: components["schemas"]["Filter"];
            /** @description Which list it is of: `chat`, the conversations. */
            kind: string;
            /** @description 1 to 60 characters. */
            name: string;
            /** @description Whether all staff see it. */
            shared: boolean;
        };
        /** @description The first message of a new conversation. */
        OpenConversation: {
            /** @description To what the site asks, by the fields' names: texts, and of checkboxes true or false. */
            answers?: {
                [key: string]: unknown;
            };
            /** @description 1 to 10,000 characters. */
            body: string;
            /** @description The sender's own id: 1 to 64 of `A-Z a-z 0-9 - _ . :`. */
            client_message_id: string;
            /** @description The id of the site's invitation that the message answers; 422 when there is none any more. */
            invitation?: string | null;
            /** @description In which language the visitor wants to be answered: a BCP 47 tag. Absent: any. */
            language?: string | null;
            /** @description What the visitor has looked at before: at most 20. What cannot be kept of it is left out. */
            pages?: components["schemas"]["Page"][];
        };
        /** @description A new conversation. */
        OpenedConversation: {
            /** @description As it is now. */
            conversation: components["schemas"]["Conversation"];
            /** @description Its first message. */
            entry: components["schemas"]["Entry"];
        };
        /** @description A page and when it was looked at. */
        Page: {
            /** @description When. */
            at: components["schemas"]["Time"];
            /** @description What it is called. */
            title: string;
            /** @description Its address, without query and fragment. */
            url: string;
        };
        /** @description What a visitor has looked at. */
        PageList: {
            /** @description Latest first, at most 20 of the last day. */
            pages: components["schemas"]["Page"][];
        };
        /** @description A page that the visitor looks at now. */
        PageSeen: {
            /** @description What it is called; at most 200 characters. */
            title: string;
            /** @description Its address, `http` or `https`. Query and fragment are cut off; what is left has at most 2,048 bytes. */
            url: string;
        };
        /**
         * @description Whether an agent takes chats.
         * @enum {string}
         */
        Presence: "online" | "away" | "offline";
        /** @description Somebody of the staff. */
        PresentAgent: {
            /** @description The host's id. */
            id: string;
            /** @description The name to show. */
            name: string;
        };
        /**
         * @description Who comes first of those who wait.
         * @enum {string}
         */
        Priority: "low" | "normal" | "high" | "urgent";
        /** @description An error for a client. Holds nothing internal; the cause is in the log under the same request id. */
        Problem: {
            /** @description The stable code. */
            code: string;
            /** @description A sentence for people. */
            detail?: string | null;
            /** @description Which fields break which rules. */
            errors?: components["schemas"]["FieldProblem"][];
            /** @description Finds the cause in the log. */
            request_id: string;
            /**
             * Format: int32
             * @description The status.
             */
            status: number;
            /** @description The status in words. */
            title: string;
            /** @description Always `about:blank`: `code` tells problems apart. */
            type: string;
        };
        /** @description How it went. */
        Rate: {
            /** @description At most 1,000 characters. */
            comment?: string | null;
            /**
             * Format: int64
             * @description From 1, the worst, to 5.
             */
            score: number;
        };
        /** @description How it went, as a visitor says. */
        Rating: {
            /** @description In their own words. */
            comment: string | null;
            /**
             * Format: int32
             * @description From 1, the worst, to 5.
             */
            score: number;
        };
        /** @description How far somebody has read. */
        ReadMark: {
            /** @description Who. */
            reader: components["schemas"]["Reader"];
            /**
             * Format: int64
             * @description The newest entry read, in the numbering of whoever receives this.
             */
            seq: number;
        };
        /** @description Who has read. For visitors all of the staff are one `agent` without id and name. */
        Reader: {
            /** @description The host's id of an agent. Staff only; a conversation has one visitor, who needs none. */
            id?: string | null;
            /** @description On which side. */
            kind: components["schemas"]["AuthorKind"];
            /** @description The agent's name. Staff only. */
            name?: string | null;
        };
        /** @description How many sessions have ended. */
        Revoked: {
            /**
             * Format: int64
             * @description So many.
             */
            ended: number;
        };
        /** @description A new secret is asked for. */
        RotateSecret: {
            /**
             * Format: int64
             * @description The version that the caller has seen.
             */
            expected_version: number;
        };
        /** @description Messages and notes that were found, latest first. */
        SearchPage: {
            /** @description What `before` takes for the page after this one; null on the last. */
            next: string | null;
            /** @description Each. */
            results: components["schemas"]["SearchResult"][];
        };
        /** @description A message or note that was found. */
        SearchResult: {
            /** @description Whose conversation it is in. */
            contact: components["schemas"]["Contact"];
            /** @description The message or note. */
            entry: components["schemas"]["Entry"];
            /** @description The part of its text around the first find: plain text, at most 202 characters. */
            excerpt: string;
            /** @description Where the words stand in the excerpt, in order: from and to, counted in characters (Unicode scalar values). */
            ranges: number[][];
        };
        /** @description What somebody answers. */
        SendForm: {
            /** @description The answers by the fields' names. */
            answers: {
                [key: string]: unknown;
            };
            /** @description Whether they agree to what they must. */
            consent?: boolean;
            /** @description In which language it was read: a BCP 47 tag. */
            locale?: string | null;
            /** @description The page that the form is on; its query is not kept. */
            page?: string | null;
            /** @description What the form was given out with. */
            token: string;
            /** @description What people do not see. Leave it empty. */
            website?: string;
            /** @description The solution of the challenge: JSON in base64, as of ALTCHA. */
            work?: string | null;
        };
        /** @description A message or a note. */
        SendMessage: {
            /** @description 1 to 10,000 characters. */
            body: string;
            /** @description The sender's own id: 1 to 64 of `A-Z a-z 0-9 - _ . :`, unique in the conversation. */
            client_message_id: string;
            /**
             * Format: uuid
             * @description The entry that it answers.
             */
            reply_to?: string | null;
        };
        /** @description Who the visitor is, and where. */
        SessionInfo: {
            /** @description Whether the visitor may not write here. They go on reading. */
            blocked: boolean;
            contact: components["schemas"]["Contact"] | null;
            /** @description The site. */
            site: components["schemas"]["SiteInfo"];
        };
        /** @description What an agent takes. */
        SetAgent: {
            /**
             * Format: int64
             * @description How many open conversations they are given at most, 0 to 1,000; null: as many as the site sets.
             */
            capacity: number | null;
            /** @description The languages that they answer in: at most 20 BCP 47 tags. */
            languages: string[];
        };
        /** @description A new assignee. */
        SetAssignee: {
            /** @description The host's id of the agent; null: nobody. */
            agent: string | null;
            /** @description Only if this one is it now; null: nobody. Absent: in any case. */
            expected?: string | null;
        };
        /** @description A change of custom attributes, as a merge patch. */
        SetAttributes: {
            /** @description Texts, numbers, true and false; null removes, what is not named stays. */
            attributes: {
                [key: string]: unknown;
            };
        };
        /** @description Whether somebody may write. */
        SetBlocked: {
            /** @description True: they may not. */
            blocked: boolean;
            /** @description Why, for staff; at most 500 characters. Only with true. */
            reason?: string | null;
        };
        /** @description A canned reply's new content. */
        SetCanned: {
            /**
             * Format: int64
             * @description The version that the caller has seen.
             */
            expected_version: number;
            /** @description 1 to 50 of `a-z 0-9 - _`; upper case is made lower. */
            shortcode: string;
            /** @description 1 to 64 characters; null: everybody's. */
            team: string | null;
            /** @description 1 to 4,000 characters, with at most 20 variables. */
            text: string;
        };
        /** @description A form's new definition. */
        SetForm: {
            /**
             * Format: int64
             * @description The version that the caller has seen; 0 for a new form.
             */
            expected_version: number;
            /** @description The definition. */
            form: components["schemas"]["FormDefinition"];
        };
        /** @description Labels to put on and to take off. */
        SetLabels: {
            /** @description Each 1 to 50 characters; at most 20 on a conversation. */
            add?: string[];
            /** @description One that is named twice is taken off. */
            remove?: string[];
        };
        /** @description A new language. */
        SetLanguage: {
            /** @description A BCP 47 tag; null: any. */
            language: string | null;
        };
        /** @description What an agent chooses to be. */
        SetPresence: {
            /** @description Whether what they have open goes to others. Absent: no. Only with `away`. */
            reassign?: boolean;
            /** @description `online` or `away`. */
            status: components["schemas"]["Chosen"];
        };
        /** @description A new priority. */
        SetPriority: {
            /** @description Which. */
            priority: components["schemas"]["Priority"];
        };
        /** @description A setting's new value. */
        SetSetting: {
            /**
             * Format: int64
             * @description The version that the caller has seen.
             */
            expected_version: number;
            /** @description What it is to be. */
            value: unknown;
        };
        /** @description A new status. */
        SetStatus: {
            snoozed_until?: components["schemas"]["Time"] | null;
            /** @description Which. */
            status: components["schemas"]["Status"];
        };
        /** @description Where a submission is to lie. */
        SetSubmissionState: {
            /**
             * Format: int64
             * @description The version that the caller has seen.
             */
            expected_version: number;
            /** @description `inbox`, `done` or `spam`. */
            state: components["schemas"]["SubmissionState"];
        };
        /** @description A new team. */
        SetTeam: {
            /** @description Whether it leaves its assignee too, so that whoever has room in the team gets it. Absent: no. */
            release?: boolean;
            /** @description 1 to 64 characters; null: everybody's. */
            team: string | null;
        };
        /** @description Whether the caller types. */
        SetTyping: {
            /** @description What a visitor has typed so far, for agents to see where the site shows it: at most 1,000 characters. */
            text?: string | null;
            /** @description Or has stopped. */
            typing: boolean;
        };
        /** @description A view's new content. */
        SetView: {
            /**
             * Format: int64
             * @description The version that the caller has seen.
             */
            expected_version: number;
            /** @description What it shows. */
            filter: components["schemas"]["Filter"];
            /** @description 1 to 60 characters. */
            name: string;
            /** @description Whether all staff see it. */
            shared: boolean;
        };
        /** @description A setting. */
        SettingInfo: {
            /** @description Its name. */
            key: string;
            /** @description What it is. */
            value: unknown;
            /**
             * Format: int64
             * @description Counts changes; 0 when it was never set.
             */
            version: number;
        };
        /** @description The settings. */
        SettingList: {
            /** @description Each. */
            settings: components["schemas"]["SettingInfo"][];
        };
        /** @description The site, for staff. */
        Site: {
            /** @description Its name. */
            name: string;
        };
        /** @description The site, for visitors. */
        SiteInfo: {
            /** @description Whether an agent takes chats now. */
            agents_online: boolean;
            /** @description What it says while it is closed; may be empty. */
            closed_message: string;
            /** @description What is asked before a conversation begins. */
            fields: components["schemas"]["Field"][];
            /** @description What the chat says before anybody has written. */
            greeting: string;
            /** @description What is said to visitors by itself, in this order. */
            invitations: components["schemas"]["Invitation"][];
            /** @description Whether it is within the business hours. */
            is_open: boolean;
            /** @description Its name. */
            name: string;
            /** @description Whether who writes now has to leave an address. */
            needs_email: boolean;
            opens_at: components["schemas"]["Time"] | null;
            /** @description Whether staff see what visitors look at: else nobody is to be told. */
            page_trail: boolean;
            /** @description Whether agents see what is typed before it is sent. */
            typing_preview: boolean;
        };
        /** @description A conversation with its newest entries. */
        Snapshot: {
            /** @description The conversation. */
            conversation: components["schemas"]["Conversation"];
            /** @description Oldest first, at most 50. */
            entries: components["schemas"]["Entry"][];
            /** @description The history of the database to which the numbers belong. */
            epoch: string;
            /** @description Whether there are older ones. */
            has_more: boolean;
            /** @description Who has read how far. */
            reads: components["schemas"]["ReadMark"][];
        };
        /**
         * @description Whether a conversation is being worked on. Visitors never see `snoozed`.
         * @enum {string}
         */
        Status: "open" | "snoozed" | "closed";
        /** @description What somebody has sent. */
        SubmissionInfo: {
            /** @description What was asked and answered. */
            answers: components["schemas"]["FormAnswer"][];
            became: components["schemas"]["FormBecame"] | null;
            consent: components["schemas"]["FormConsent"] | null;
            /**
             * Format: uuid
             * @description Who sent it, when that is known.
             */
            contact: string | null;
            /** @description When it came. */
            created_at: components["schemas"]["Time"];
            /** @description The address that was given. */
            email: string | null;
            /** @description When it is deleted. */
            expires_at: components["schemas"]["Time"];
            /** @description The form's name. */
            form: string;
            /**
             * Format: int64
             * @description The form's version at that time.
             */
            form_version: number;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description In which language it was read. */
            locale: string | null;
            /** @description The page that the form was on. */
            page: string | null;
            /** @description What is suspicious about it, each with its `kind` and what was seen. */
            reasons: components["schemas"]["FormReason"][];
            /**
             * Format: int64
             * @description How often the same was sent again within a day.
             */
            repeats: number;
            /** @description Where it lies. */
            state: components["schemas"]["SubmissionState"];
            /** @description When it was last changed, or came again. */
            updated_at: components["schemas"]["Time"];
            /**
             * Format: int64
             * @description Counts changes, from 1.
             */
            version: number;
        };
        /** @description A page of submissions, newest first. */
        SubmissionPage: {
            /** @description What `before` takes for the page after this one; null on the last. */
            next: string | null;
            /** @description The submissions. */
            submissions: components["schemas"]["SubmissionInfo"][];
        };
        /**
         * @description Where a submission lies.
         * @enum {string}
         */
        SubmissionState: "inbox" | "quarantine" | "done" | "spam";
        /** @description A team. */
        Team: {
            /** @description The ids of the agents whom the host has put into it, as it last said. */
            agents: string[];
            /** @description Whether it stands in `chat.teams`. */
            is_set: boolean;
            /** @description Its name. */
            name: string;
            /**
             * Format: int64
             * @description How many of its conversations are open.
             */
            open: number;
            /**
             * Format: int64
             * @description How many of them wait for somebody to take them.
             */
            waiting: number;
        };
        /** @description The teams of the site. */
        TeamList: {
            /** @description By name. */
            teams: components["schemas"]["Team"][];
        };
        /** @description A test is on its way. */
        TestSent: {
            /**
             * Format: uuid
             * @description The delivery.
             */
            delivery: string;
        };
        /**
         * Format: date-time
         * @description A moment: RFC 3339 in UTC, always with microseconds.
         * @example 2026-01-01T12:00:00.000000Z
         */
        Time: string;
        /** @description What staff say of a contact. Absent leaves it, null empties it. */
        UpdateContact: {
            /** @description Texts, numbers, true and false; null removes one, what is not named stays. */
            attributes?: {
                [key: string]: unknown;
            };
            /** @description At most 254 characters. */
            email?: string | null;
            /** @description At most 200 characters. */
            name?: string | null;
        };
        /** @description What a visitor says of themselves. Absent leaves it, null empties it. */
        UpdateSession: {
            /** @description At most 254 characters. */
            email?: string | null;
            /** @description At most 200 characters. */
            name?: string | null;
        };
        /** @description What to change of a webhook. Absent leaves it. */
        UpdateWebhook: {
            /** @description At most 200 characters. */
            description?: string;
            /** @description Whether to send. */
            enabled?: boolean;
            /** @description At most 50 names of events; none: all. */
            events?: string[];
            /**
             * Format: int64
             * @description The version that the caller has seen.
             */
            expected_version: number;
            /** @description Where to. */
            url?: string;
        };
        /** @description A filter of a list, under a name. */
        View: {
            /** @description What it shows. */
            filter: components["schemas"]["Filter"];
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description Which list it is of: `chat`, the conversations. */
            kind: string;
            /** @description What people call it. */
            name: string;
            /** @description Whose it is. */
            owner: components["schemas"]["Assignee"];
            /** @description Whether all staff see it. */
            shared: boolean;
            /**
             * Format: int64
             * @description Counts changes, from 1.
             */
            version: number;
        };
        /** @description All views that the caller sees. */
        ViewList: {
            /** @description By name. */
            views: components["schemas"]["View"][];
        };
        /**
         * @description Who is invited.
         * @enum {string}
         */
        Visits: "first" | "returning";
        /**
         * @description Why nothing is sent.
         * @enum {string}
         */
        WebhookDisabled: "by_hand" | "gone" | "failing";
        /** @description Where events are sent to. The secret is not in it. */
        WebhookInfo: {
            /** @description When it was made. */
            created_at: components["schemas"]["Time"];
            /** @description What people call it. */
            description: string;
            disabled: components["schemas"]["WebhookDisabled"] | null;
            /** @description Names of the events that it wants; none: all. */
            events: string[];
            failing_since: components["schemas"]["Time"] | null;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            previous_secret_until: components["schemas"]["Time"] | null;
            /** @description When it was last changed. */
            updated_at: components["schemas"]["Time"];
            /** @description Where to. */
            url: string;
            /**
             * Format: int64
             * @description Counts its changes.
             */
            version: number;
        };
        /** @description All webhooks. */
        WebhookList: {
            /** @description Oldest first. */
            webhooks: components["schemas"]["WebhookInfo"][];
        };
        /** @description A webhook with its secret, which is told only now. */
        WebhookWithSecret: {
            /** @description `whsec_` and base64. */
            secret: string;
            /** @description The webhook. */
            webhook: components["schemas"]["WebhookInfo"];
        };
        /**
         * @description Whether the site must be open.
         * @enum {string}
         */
        When: "always" | "open";
        /** @description The first message of staff to a contact. */
        WriteToContact: {
            /** @description 1 to 10,000 characters. */
            body: string;
            /** @description The sender's own id: 1 to 64 of `A-Z a-z 0-9 - _ . :`, unique among what began conversations of this contact. */
            client_message_id: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
