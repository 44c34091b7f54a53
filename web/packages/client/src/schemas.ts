// Written by `npm run types` from docs/openapi.json; do not edit. The socket's frames are not in it: see wire.ts.
// biome-ignore-all lint: generated
// biome-ignore-all format: generated
export interface components {
    schemas: {
        /** @description An agent. */
        Agent: {
            /** @description Whether they see what is of any team. */
            admin: boolean;
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
            /** @description Their teams. */
            teams: string[];
        };
        /** @description All agents. */
        AgentList: {
            /** @description In no order. */
            agents: components["schemas"]["Agent"][];
        };
        /** @description A text that somebody is about to send. */
        AskSuggestions: {
            /** @description In which language; null: the site's. */
            locale: string | null;
            /** @description Where. */
            source: components["schemas"]["HelpSource"];
            /** @description At most 500 characters. */
            text: string;
        };
        /** @description An address to which the way to their tickets is mailed. */
        AskTicketLink: {
            /** @description At most 254 bytes. */
            email: string;
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
            /** @description What goes with it; absent when nothing does. */
            files?: components["schemas"]["SentFile"][];
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
            /** @description What goes with it; absent when nothing does. */
            files?: components["schemas"]["SentFile"][];
            /** @description Whom it asks to look; absent when nobody. */
            mentions?: components["schemas"]["PresentAgent"][];
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
            /** @description A note after the reader's mark asks them to look. Staff only; absent where a command is answered. */
            mentioned?: boolean | null;
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
        /** @description An article as staff see it, without its texts. */
        FaqArticle: {
            /**
             * Format: uuid
             * @description In which category.
             */
            category: string;
            /**
             * Format: int64
             * @description How many found it helpful.
             */
            helpful: number;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description The language that it is translated from. */
            locale: string;
            /**
             * Format: int64
             * @description The smaller, the earlier.
             */
            position: number;
            publish_at: components["schemas"]["Time"] | null;
            /** @description Its name in addresses. */
            slug: string;
            /** @description By language. */
            texts: components["schemas"]["FaqText"][];
            /**
             * Format: int64
             * @description How many did not.
             */
            unhelpful: number;
            unpublish_at: components["schemas"]["Time"] | null;
            /** @description When it was last changed. */
            updated_at: components["schemas"]["Time"];
            /**
             * Format: int64
             * @description Counts changes of where it stands and who sees it, from 1.
             */
            version: number;
            /** @description Who sees it. */
            visibility: components["schemas"]["FaqVisibility"];
        };
        /** @description A page of articles, in the order of their positions. */
        FaqArticles: {
            /** @description Each. */
            articles: components["schemas"]["FaqArticle"][];
            /** @description What `after` takes for the page after this one; null on the last. */
            next: string | null;
        };
        /** @description Every category, in order. */
        FaqCategories: {
            /** @description Each. */
            categories: components["schemas"]["FaqCategory"][];
        };
        /** @description A category as staff see it. */
        FaqCategory: {
            /** @description An emoji or a few letters. */
            icon: string | null;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description By language. */
            names: {
                [key: string]: components["schemas"]["FaqName"];
            };
            /**
             * Format: uuid
             * @description In which it stands; null: at the top.
             */
            parent: string | null;
            /**
             * Format: int64
             * @description The smaller, the earlier.
             */
            position: number;
            /** @description Its name in addresses. */
            slug: string;
            /**
             * Format: int64
             * @description Counts changes, from 1.
             */
            version: number;
        };
        /** @description What somebody said of an article. */
        FaqComment: {
            /** @description When. */
            at: components["schemas"]["Time"];
            /** @description Their words. */
            comment: string;
            /** @description Whether it helped. */
            helpful: boolean;
        };
        /** @description What people said of an article in words, latest first. */
        FaqComments: {
            /** @description Each. */
            comments: components["schemas"]["FaqComment"][];
            /** @description What `before` takes for the page after this one; null on the last. */
            next: string | null;
        };
        /** @description How often the same words were searched for. */
        FaqCount: {
            /**
             * Format: int64
             * @description How often it ended elsewhere.
             */
            ended: number;
            /**
             * Format: int64
             * @description How often.
             */
            searches: number;
            /**
             * Format: int64
             * @description How often something was found and nothing opened.
             */
            without_click: number;
            /**
             * Format: int64
             * @description How often nothing was found.
             */
            without_result: number;
            /** @description The words. */
            words: string;
        };
        /** @description What markdown becomes. */
        FaqHtml: {
            /** @description Safe to show. */
            html: string;
        };
        /** @description Markdown to look at. */
        FaqMarkdown: {
            /** @description 1 to 50,000 characters. */
            markdown: string;
        };
        /** @description What a category is called in one language. */
        FaqName: {
            /** @description What is in it: at most 300 characters, may be empty. */
            description: string;
            /** @description 1 to 80 characters. */
            title: string;
        };
        /** @description What was searched for. */
        FaqReport: {
            /**
             * Format: int64
             * @description How often one of those was opened, and nothing was written.
             */
            deflected: number;
            /**
             * Format: int64
             * @description How many ended in a conversation, a ticket or a contact form.
             */
            ended: number;
            /**
             * Format: int64
             * @description How many searches there were.
             */
            searches: number;
            /**
             * Format: int64
             * @description How often articles were suggested before somebody wrote.
             */
            suggested: number;
            /**
             * Format: int64
             * @description How many found something of which nothing was opened.
             */
            without_click: number;
            /**
             * Format: int64
             * @description How many of them found nothing.
             */
            without_result: number;
            /** @description The words that were searched for most, or that were answered least. */
            words: components["schemas"]["FaqCount"][];
        };
        /** @description A text as it was saved once. */
        FaqRevision: {
            /** @description The name of who wrote it; null: the host's code. */
            by: string | null;
            /** @description When. */
            created_at: components["schemas"]["Time"];
            /** @description Safe to show. */
            html: string;
            /** @description The language. */
            locale: string;
            /** @description As it was written. */
            markdown: string;
            /**
             * Format: int64
             * @description Counts the revisions of the text, from 1.
             */
            number: number;
            /**
             * Format: int64
             * @description Of a translation the revision of the article's own language that it says; else 0.
             */
            source: number;
            /** @description Its title. */
            title: string;
        };
        /** @description A revision without its text. */
        FaqRevisionLine: {
            /** @description The name of who wrote it; null: the host's code. */
            by: string | null;
            /** @description When. */
            created_at: components["schemas"]["Time"];
            /**
             * Format: int64
             * @description Its number.
             */
            number: number;
            /**
             * Format: int64
             * @description Of a translation the revision of the article's own language that it says; else 0.
             */
            source: number;
            /** @description Its title. */
            title: string;
        };
        /** @description Revisions, newest first. */
        FaqRevisions: {
            /** @description Each. For those before, `before` takes the number of the last. */
            revisions: components["schemas"]["FaqRevisionLine"][];
        };
        /**
         * @description How a text stands.
         * @enum {string}
         */
        FaqStanding: "draft" | "scheduled" | "live" | "changed" | "ended";
        /** @description What means the same in a language. */
        FaqSynonyms: {
            /** @description Groups of words and phrases. */
            groups: string[][];
            /** @description The language. */
            locale: string;
            /**
             * Format: int64
             * @description Counts changes; 0: never set.
             */
            version: number;
        };
        /** @description How a text of an article stands. */
        FaqText: {
            /**
             * Format: int64
             * @description The number of the newest revision.
             */
            head: number;
            /**
             * Format: int64
             * @description The number of the revision that readers see; null: none.
             */
            live: number | null;
            /** @description The language. */
            locale: string;
            /** @description Whether it is a translation of what the article's own language does not say any more. */
            outdated: boolean;
            /** @description How it stands now. */
            standing: components["schemas"]["FaqStanding"];
            /** @description The title of the newest revision. */
            title: string;
            /** @description When the newest revision was written. */
            updated_at: components["schemas"]["Time"];
        };
        /**
         * @description Who sees an article.
         * @enum {string}
         */
        FaqVisibility: "public" | "members" | "agents";
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
        /** @description A file that the caller has sent, or is sending. */
        File: {
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description What it is, as its bytes say; null until it is ready. */
            media_type: string | null;
            /** @description What people read as its name. Perhaps not what it was given: it ends as its type does. */
            name: string;
            /**
             * Format: int64
             * @description How many bytes have come.
             */
            offset: number;
            pixels: components["schemas"]["Pixels"] | null;
            refusal: components["schemas"]["Refusal"] | null;
            /**
             * Format: int64
             * @description How many bytes it has: as it was begun; when it is ready, as it is kept.
             */
            size: number;
            /** @description How far it is. */
            state: components["schemas"]["UploadState"];
        };
        /** @description What files may be sent. */
        FileRules: {
            /** @description Which media types are taken, as their bytes say. */
            media_types: string[];
            /** @description How many bytes of one may come in one request. */
            part: number;
            /** @description How many may go with one message. */
            per_message: number;
            /**
             * Format: int64
             * @description How many bytes one may have.
             */
            size: number;
        };
        /**
         * @description Which conversations or tickets, as the query of the list takes them. Absent or null: not asked for, but for the status of
         *     conversations.
         */
        Filter: {
            /** @description `any`, `none`, `me`, who is whoever looks, or the host's id of an agent. */
            assignee?: string | null;
            /** @description One exact label of conversations. */
            label?: string | null;
            /** @description Whether only conversations with a note that asks whoever looks to look. */
            mentioned?: boolean | null;
            priority?: components["schemas"]["Priority"] | null;
            /** @description Of tickets: `yes`, or `no` to leave out what is out of sight. */
            snoozed?: string | null;
            /**
             * @description Of conversations `open`, `snoozed`, `closed` or `all`, absent: `open`. Of tickets `all`, `unsolved`, a category, or the id
             *     of one of the site's own.
             */
            status?: string | null;
            /** @description One exact tag of tickets. */
            tag?: string | null;
            /** @description A team's name; empty: of no team. */
            team?: string | null;
        };
        /** @description What came of a search. */
        FollowSearch: {
            ended: components["schemas"]["HelpEnded"] | null;
            /**
             * Format: uuid
             * @description The article that was opened; null: none.
             */
            opened: string | null;
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
            conversation?: string;
            /** @description `chat` or `ticket`. */
            kind: string;
            /**
             * Format: int64
             * @description Of `ticket`: its number, without the site's prefix.
             */
            number?: number;
            /**
             * Format: uuid
             * @description Of `ticket`: which.
             */
            ticket?: string;
        };
        /** @description What a submission becomes. */
        FormBecomes: {
            /** @description `nothing`, `chat` or `ticket`. */
            kind: string;
            /** @description Of a chat or a ticket, the team whose it is; null: everybody's. */
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
        /** @description Text with where the words stand that were searched for. */
        FoundText: {
            /** @description In order: from and to, counted in characters (Unicode scalar values). */
            ranges: number[][];
            /** @description Plain text. */
            text: string;
        };
        /** @description Whether all is well. */
        Health: {
            /** @description `ok`. */
            status: string;
        };
        /** @description An article on a reader's shelf. */
        HelpArticle: {
            /**
             * Format: uuid
             * @description In which category.
             */
            category: string;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description The language of the title. */
            locale: string;
            /** @description Its name in addresses. */
            slug: string;
            /** @description The title. */
            title: string;
        };
        /** @description A category as readers see it. */
        HelpCategory: {
            /** @description What is in it; may be empty. */
            description: string;
            /** @description An emoji or a few letters. */
            icon: string | null;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /**
             * Format: uuid
             * @description In which it stands; null: at the top.
             */
            parent: string | null;
            /** @description Its name in addresses. */
            slug: string;
            /** @description What it is called. */
            title: string;
        };
        /**
         * @description Where a search ended that did not help.
         * @enum {string}
         */
        HelpEnded: "conversation" | "ticket" | "contact";
        /** @description An article that was found. */
        HelpHit: {
            /**
             * Format: uuid
             * @description In which category.
             */
            category: string;
            /** @description At most 202 characters of the text. */
            excerpt: components["schemas"]["FoundText"];
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description The language of the text. */
            locale: string;
            /** @description Its name in addresses. */
            slug: string;
            /** @description The title. */
            title: components["schemas"]["FoundText"];
        };
        /** @description What was found, best first. */
        HelpHits: {
            /** @description Each. */
            hits: components["schemas"]["HelpHit"][];
            /** @description Whether they hold only some of the words, as none holds all. */
            partial: boolean;
        };
        /** @description An article to read. */
        HelpPage: {
            /**
             * Format: uuid
             * @description In which category.
             */
            category: string;
            /** @description Safe to show. */
            html: string;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description The language of the text. */
            locale: string;
            /** @description In which languages there is one. */
            locales: string[];
            /** @description Its name in addresses; another than was asked for, when it has a new one. */
            slug: string;
            /** @description The title. */
            title: string;
            /** @description When the text was written. */
            updated_at: components["schemas"]["Time"];
            vote: components["schemas"]["HelpVote"] | null;
        };
        /** @description What a reader may see: categories with something in them, and articles, both in order. */
        HelpShelf: {
            /** @description The first 500 articles. */
            articles: components["schemas"]["HelpArticle"][];
            /** @description The categories. */
            categories: components["schemas"]["HelpCategory"][];
            /** @description Whether there are no more. */
            complete: boolean;
        };
        /**
         * @description Where somebody has searched.
         * @enum {string}
         */
        HelpSource: "help" | "widget" | "chat" | "contact" | "ticket";
        /** @description What somebody says of an article. */
        HelpVote: {
            /** @description What else there is to say, at most 1,000 characters. */
            comment: string | null;
            /** @description Whether it helped. */
            helpful: boolean;
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
        /** @description Somebody who is there. */
        Looker: {
            /** @description Who. */
            agent: components["schemas"]["PresentAgent"];
            /** @description When they last said so. */
            at: components["schemas"]["Time"];
            /** @description `viewing` or `replying`. */
            doing: string;
        };
        /** @description Who else is there. */
        LookerList: {
            /** @description By id. */
            others: components["schemas"]["Looker"][];
        };
        /** @description What a mail says. */
        MailContent: {
            /** @description Names of what comes with it. */
            attachments: string[];
            /** @description Whom it comes from. */
            from: string;
            /** @description A page of HTML: show it where no script runs. */
            html: string;
            /** @description Where answers go. */
            reply_to: string | null;
            /** @description In plain text. */
            text: string;
        };
        /** @description A mail with what it says, as long as that is kept. */
        MailDetail: {
            content: components["schemas"]["MailContent"] | null;
            /** @description The mail. */
            mail: components["schemas"]["MailRow"];
        };
        /** @description How mail is set up. */
        MailInfo: {
            /** @description Whom they come from. */
            from: string;
            /** @description The name beside it. */
            from_name: string | null;
            /** @description What whoever hands mails over sends as `Authorization: Bearer`. */
            inbound_token: string;
            /** @description Whether mails leave this site; else they are kept to be read here. */
            sending: boolean;
        };
        /** @description A page of the ledger, newest first. */
        MailPage: {
            /** @description The mails. */
            mails: components["schemas"]["MailRow"][];
            /** @description What `before` takes for the page after this one; null on the last. */
            next: string | null;
        };
        /** @description A mail was taken in. */
        MailReceived: {
            /**
             * Format: uuid
             * @description The same for the same mail again.
             */
            id: string;
        };
        /** @description A mail, and what became of it. */
        MailRow: {
            /**
             * Format: int32
             * @description How often it was tried.
             */
            attempts: number;
            /** @description When it was composed. */
            created_at: components["schemas"]["Time"];
            /** @description What the last attempt said: a code such as `smtp_450`. */
            error: string | null;
            /**
             * Format: uuid
             * @description Its id, which is also its promise's in the outbox.
             */
            id: string;
            /** @description `Message-ID`. */
            message_id: string;
            /** @description To whom. */
            recipient: string;
            /** @description `sending`, `deferred`, `uncertain`, `sent`, `kept`, `refused` or `suppressed`. */
            state: string;
            /** @description What about. */
            subject: string;
            /** @description Of which template. */
            template: string;
            /** @description Whether the recipient may have it twice, under one `Message-ID`. */
            uncertain: boolean;
            /** @description When its state last changed. */
            updated_at: components["schemas"]["Time"];
        };
        /** @description Where to send a test. */
        MailTest: {
            /** @description An e-mail address. */
            to: string;
        };
        /** @description A test is on its way. */
        MailTestSent: {
            /**
             * Format: uuid
             * @description Under this id the ledger knows it soon.
             */
            mail: string;
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
            files: components["schemas"]["FileRules"] | null;
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
        /** @description A ticket that goes on in another. */
        MergeTicket: {
            /**
             * Format: uuid
             * @description Which, of the same requester.
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
        /** @description A new article. */
        NewFaqArticle: {
            /**
             * Format: uuid
             * @description In which category.
             */
            category: string;
            /** @description Its own language; null: the site's. */
            locale: string | null;
            /** @description 1 to 50,000 characters. */
            markdown: string;
            /** @description 1 to 80 of `a-z 0-9 -`; null: made of the title. */
            slug: string | null;
            /** @description 1 to 150 characters. */
            title: string;
            /** @description Who sees it. */
            visibility: components["schemas"]["FaqVisibility"];
        };
        /** @description A new category. */
        NewFaqCategory: {
            /** @description At most 8 characters. */
            icon: string | null;
            /** @description By language, 1 to 50. */
            names: {
                [key: string]: components["schemas"]["FaqName"];
            };
            /**
             * Format: uuid
             * @description In which it stands, at the top itself; null: at the top.
             */
            parent: string | null;
            /**
             * Format: int64
             * @description The smaller, the earlier; null: last.
             */
            position: number | null;
            /** @description 1 to 80 of `a-z 0-9 -`; null: made of the title. */
            slug: string | null;
        };
        /** @description A file to begin. */
        NewFile: {
            /** @description What it is called, at most 1,000 characters. It is cleaned: of paths, control characters and what turns its direction. */
            name: string;
            /**
             * Format: int64
             * @description How many bytes it has, at least 1.
             */
            size: number;
        };
        /** @description A new ticket. */
        NewTicket: {
            /** @description 1 to 50,000 characters. */
            body: string;
            /** @description The sender's own id of it: 1 to 64 of `A-Z a-z 0-9 - _ . :`. The same again gives the same ticket. */
            client_message_id: string;
            /** @description What goes with it: files of the caller's that are ready and went nowhere else, as many as the site takes. */
            files?: string[];
            /** @description For whom the requester asks: 1 to 100 characters. */
            organisation?: string | null;
            priority?: components["schemas"]["Priority"] | null;
            /**
             * Format: uuid
             * @description Whose it is: a contact's id. On the admin side it must be given, on the site's it must not.
             */
            requester?: string | null;
            /** @description 1 to 200 characters on one line. */
            subject: string;
            /** @description At most 20, of 1 to 50 characters. Staff only. */
            tags?: string[];
            /** @description Whose it is among staff. Staff only. */
            team?: string | null;
        };
        /** @description A new view. */
        NewView: {
            /** @description What it shows. */
            filter: components["schemas"]["Filter"];
            /** @description Which list it is of: `chat`, the conversations, or `tickets`. */
            kind: string;
            /** @description 1 to 60 characters. */
            name: string;
            /** @description Whether all staff see it. */
            shared: boolean;
        };
        /** @description A search that has come to rest. */
        NoteSearch: {
            /** @description In which language; null: the site's. */
            locale: string | null;
            /** @description The words, at most 500 characters. */
            query: string;
            /** @description Where. */
            source: components["schemas"]["HelpSource"];
        };
        /** @description A search that was noted. */
        NotedSearch: {
            /**
             * Format: uuid
             * @description To say what came of it.
             */
            id: string;
            /**
             * Format: int64
             * @description How many articles hold all the words.
             */
            results: number;
        };
        /** @description The first message of a new conversation. */
        OpenConversation: {
            /** @description To what the site asks, by the fields' names: texts, and of checkboxes true or false. */
            answers?: {
                [key: string]: unknown;
            };
            /** @description 1 to 10,000 characters; with files it may be empty. */
            body: string;
            /** @description The sender's own id: 1 to 64 of `A-Z a-z 0-9 - _ . :`. */
            client_message_id: string;
            /** @description What goes with it: files of the caller's that are ready and went nowhere else, as many as the site takes. */
            files?: string[];
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
        /** @description The extent of an image. */
        Pixels: {
            /**
             * Format: int32
             * @description From top to bottom.
             */
            height: number;
            /**
             * Format: int32
             * @description From left to right.
             */
            width: number;
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
        /** @description A mail that came in, with what it says while that is kept. */
        ReceivedDetail: {
            /** @description Names of what came with it. */
            attachments: string[];
            /** @description The mail. */
            mail: components["schemas"]["ReceivedRow"];
            /** @description What it answers, when it was quoted below. */
            quoted: string | null;
            /** @description What was written, without what it answers; null when it is kept elsewhere. */
            text: string | null;
        };
        /** @description A page of what came in, newest first. */
        ReceivedPage: {
            /** @description The mails. */
            mails: components["schemas"]["ReceivedRow"][];
            /** @description What `before` takes for the page after this one; null on the last. */
            next: string | null;
        };
        /** @description A mail that came in. */
        ReceivedRow: {
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description When it came. */
            received_at: components["schemas"]["Time"];
            /** @description Who says to have written it. */
            sender: string;
            /** @description `waiting`, `claimed`, `unclaimed`, `automatic`, `bounce` or `loop`. */
            state: string;
            /** @description What about. */
            subject: string;
            /** @description What it belongs to, such as `chat:ID`. */
            thread: string | null;
        };
        /** @description Why a file was not taken. */
        Refusal: {
            /** @description `type_not_allowed`, `image_broken`, `too_many_pixels` or `scan_refused`. */
            code: string;
            /** @description A sentence for people. */
            detail: string;
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
        /** @description A macro, and what it is applied to. */
        RunTicketMacro: {
            /**
             * @description The sender's own id of it, which holds for each ticket: 1 to 64 of `A-Z a-z 0-9 - _ . :`. The same again does nothing
             *     more.
             */
            client_message_id: string;
            /** @description What people call it. */
            name: string;
            /** @description To which tickets: 1 to 100. */
            tickets: string[];
        };
        /** @description A text to save as the next revision. */
        SaveFaqText: {
            /**
             * Format: int64
             * @description The newest revision that the caller has seen; 0 for a language that the article does not have.
             */
            expected_revision: number;
            /** @description 1 to 50,000 characters. */
            markdown: string;
            /**
             * Format: int64
             * @description Of a translation the revision of the article's own language that it says; null: the newest.
             */
            source: number | null;
            /** @description 1 to 150 characters, one line. */
            title: string;
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
            /** @description 1 to 10,000 characters; with files it may be empty. */
            body: string;
            /** @description The sender's own id: 1 to 64 of `A-Z a-z 0-9 - _ . :`, unique in the conversation. */
            client_message_id: string;
            /** @description What goes with it: files of the caller's that are ready and went nowhere else, as many as the site takes. */
            files?: string[];
            /** @description Of a note: the ids of agents whom it asks to look, at most 20. */
            mentions?: string[];
            /**
             * Format: uuid
             * @description The entry that it answers.
             */
            reply_to?: string | null;
        };
        /** @description A file that went with a message. Its bytes are at `/v1/files/{id}/content`. */
        SentFile: {
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description What it is, as its bytes say. */
            media_type: string;
            /** @description What people read as its name. */
            name: string;
            pixels?: components["schemas"]["Pixels"] | null;
            /**
             * Format: int64
             * @description How many bytes it has.
             */
            size: number;
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
        /** @description Whether a ticket is done, as its requester says. */
        SetDone: {
            /** @description True solves it, false opens it again. */
            done: boolean;
        };
        /** @description What the caller is writing on a ticket. */
        SetDraft: {
            /** @description At most 50,000 characters; nothing to see in it removes the draft. */
            body: string;
            /** @description Whether it is to be a private note. */
            note?: boolean;
        };
        /** @description Where an article stands and who sees it. */
        SetFaqArticle: {
            /**
             * Format: uuid
             * @description In which category.
             */
            category: string;
            /**
             * Format: int64
             * @description The version that the caller has seen.
             */
            expected_version: number;
            /**
             * Format: int64
             * @description The smaller, the earlier.
             */
            position: number;
            publish_at: components["schemas"]["Time"] | null;
            /** @description 1 to 80 of `a-z 0-9 -`. The one before leads to this one. */
            slug: string;
            unpublish_at: components["schemas"]["Time"] | null;
            /** @description Who sees it. */
            visibility: components["schemas"]["FaqVisibility"];
        };
        /** @description A category's new content. */
        SetFaqCategory: {
            /**
             * Format: int64
             * @description The version that the caller has seen.
             */
            expected_version: number;
            /** @description At most 8 characters. */
            icon: string | null;
            /** @description By language, 1 to 50. */
            names: {
                [key: string]: components["schemas"]["FaqName"];
            };
            /**
             * Format: uuid
             * @description In which it stands, at the top itself; null: at the top.
             */
            parent: string | null;
            /**
             * Format: int64
             * @description The smaller, the earlier.
             */
            position: number;
            /** @description 1 to 80 of `a-z 0-9 -`. The one before leads to this one. */
            slug: string;
        };
        /** @description Which revision readers see. */
        SetFaqLive: {
            /**
             * Format: int64
             * @description Its number; null: none.
             */
            revision: number | null;
        };
        /** @description What means the same in a language from now on. */
        SetFaqSynonyms: {
            /**
             * Format: int64
             * @description The version that the caller has seen; 0: none.
             */
            expected_version: number;
            /** @description At most 500 groups of 2 to 12 words or phrases of up to three words. */
            groups: string[][];
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
        /** @description That a ticket has to do with another. */
        SetLink: {
            /** @description Whether it has. */
            linked: boolean;
            /**
             * Format: uuid
             * @description Which.
             */
            ticket: string;
        };
        /** @description What the caller does with a ticket, which counts for 30 s. */
        SetLooking: {
            /** @description `viewing`, `replying` or `left`. */
            doing: string;
        };
        /** @description The ticket that one is a part of. */
        SetParent: {
            /**
             * Format: uuid
             * @description Null: of none.
             */
            parent: string | null;
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
        /** @description A template's next version. */
        SetTemplate: {
            /**
             * Format: int64
             * @description The version that the caller has seen.
             */
            expected_version: number;
            text: components["schemas"]["TemplateText"] | null;
        };
        /** @description A change of fields by somebody who has seen the ticket. */
        SetTicket: {
            /** @description What changes. */
            edit: components["schemas"]["TicketEdit"];
            /**
             * Format: int64
             * @description The version that the caller has seen.
             */
            expected_version: number;
        };
        /** @description Whether the caller wants mails of tickets. */
        SetTicketMails: {
            /** @description Of those that they see to or follow. */
            wanted: boolean;
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
            files: components["schemas"]["FileRules"] | null;
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
        /** @description Replies and notes that go on in a ticket of their own. */
        SplitTicket: {
            /** @description The sender's own id of it, unique in the ticket. */
            client_message_id: string;
            /** @description The numbers of 1 to 50 replies and notes, of which the requester has seen one. */
            entries: number[];
            /** @description What the new one is about. */
            subject: string;
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
        /** @description What may answer it, best first, at most 5. */
        Suggestions: {
            /** @description Each. */
            hits: components["schemas"]["HelpHit"][];
            /**
             * Format: uuid
             * @description To say what came of it; null: there is nothing to suggest.
             */
            search: string | null;
        };
        /** @description An address that is to get no mail, or some again. */
        SuppressAddress: {
            /** @description An e-mail address. */
            address: string;
            /** @description Why: `bounced`, `complained`, or absent `by_hand`. */
            reason?: string | null;
        };
        /** @description An address that gets no mail. */
        SuppressionInfo: {
            /** @description In lower case. */
            address: string;
            /** @description `bounced`, `complained` or `by_hand`. */
            reason: string;
            /** @description Since when. */
            since: components["schemas"]["Time"];
        };
        /** @description A page of addresses that get no mail, in their order. */
        SuppressionPage: {
            /** @description What `after` takes for the page after this one; null on the last. */
            next: string | null;
            /** @description The addresses. */
            suppressions: components["schemas"]["SuppressionInfo"][];
        };
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
        /** @description A kind of mail. */
        TemplateInfo: {
            /** @description What it is for. */
            about: string;
            /** @description The languages that it speaks. */
            locales: components["schemas"]["TemplateLocale"][];
            /** @description Its name. */
            name: string;
            /** @description What can stand in it. */
            variables: components["schemas"]["TemplateVariable"][];
        };
        /** @description The templates, by name. */
        TemplateList: {
            /** @description All of them. */
            templates: components["schemas"]["TemplateInfo"][];
        };
        /** @description A language of a template. */
        TemplateLocale: {
            /** @description Whether what it says is the site's own. */
            changed: boolean;
            /** @description A BCP 47 tag in lower case. */
            locale: string;
            /**
             * Format: int64
             * @description The newest version; 0: as engage brings it.
             */
            version: number;
        };
        /** @description What a mail would look like. */
        TemplatePreview: {
            /** @description A page of HTML: show it where no script runs. */
            html: string;
            /** @description One line. */
            subject: string;
            /** @description In plain text. */
            text: string;
        };
        /** @description What a template says in a language. */
        TemplateShown: {
            builtin: components["schemas"]["TemplateText"] | null;
            /** @description Now. */
            text: components["schemas"]["TemplateText"];
            /**
             * Format: int64
             * @description The newest version; 0: as engage brings it.
             */
            version: number;
        };
        /** @description A subject and a body. */
        TemplateText: {
            /** @description MJML, at most 32 KiB. */
            body: string;
            /** @description 1 to 200 characters on one line. */
            subject: string;
        };
        /** @description What can stand in a template. */
        TemplateVariable: {
            /** @description What it stands for. */
            about: string;
            /** @description `text`, `link` or `list`. */
            kind: string;
            /** @description Its name; `list.field` is a field of each item of a list. */
            name: string;
        };
        /** @description A version of a template. */
        TemplateVersion: {
            /** @description Who made it. */
            by: string | null;
            /** @description When. */
            created_at: components["schemas"]["Time"];
            text: components["schemas"]["TemplateText"] | null;
            /**
             * Format: int64
             * @description Counts from 1.
             */
            version: number;
        };
        /** @description The versions of a template, newest first. */
        TemplateVersionList: {
            /** @description At most a hundred. */
            versions: components["schemas"]["TemplateVersion"][];
        };
        /** @description A test is on its way. */
        TestSent: {
            /**
             * Format: uuid
             * @description The delivery.
             */
            delivery: string;
        };
        /** @description A ticket, as its reader sees it now. */
        Ticket: {
            /** @description When it was opened. */
            created_at: components["schemas"]["Time"];
            desk?: components["schemas"]["TicketDesk"] | null;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            last_reply: components["schemas"]["Excerpt"] | null;
            /**
             * Format: uuid
             * @description The ticket that it has become a part of, where it goes on.
             */
            merged_into: string | null;
            /**
             * Format: int64
             * @description What people call it by: unique and growing, with holes.
             */
            number: number;
            /** @description For whom the requester asks. */
            organisation: string | null;
            /** @description How urgent it is. */
            priority: components["schemas"]["Priority"];
            rating: components["schemas"]["Rating"] | null;
            /** @description The number with the site's prefix. */
            reference: string;
            /**
             * Format: int64
             * @description How many replies it has.
             */
            replies: number;
            /**
             * Format: int64
             * @description The number of the newest entry that the reader sees.
             */
            seq: number;
            /** @description How far it has got, for its requester: `open`, `pending` (they are to answer), `solved` or `closed`. */
            stage: string;
            /** @description What it is about. */
            subject: string;
            /** @description When it last changed; for requesters: when the last reply came. */
            updated_at: components["schemas"]["Time"];
        };
        /** @description What is done to many tickets. */
        TicketBulk: {
            /** @description What changes. */
            edit?: components["schemas"]["TicketEdit"];
            reply?: components["schemas"]["TicketReply"] | null;
            /** @description Which: 1 to 100. */
            tickets: string[];
        };
        /** @description What came of it. */
        TicketBulkDone: {
            /** @description One for each, in their order. */
            results: components["schemas"]["TicketBulkResult"][];
        };
        /** @description What came of one ticket: the one or the other. */
        TicketBulkResult: {
            /** @description Why nothing was done: the code of a problem, such as `not_found`. */
            code?: string | null;
            /** @description The same for people. */
            detail?: string | null;
            /**
             * Format: uuid
             * @description Which.
             */
            id: string;
            ticket?: components["schemas"]["Ticket"] | null;
        };
        /** @description What an entry of a ticket changes; `from` and `to` are what was and what is. */
        TicketChange: {
            /** @description Plain text. */
            body: string;
            /** @description What goes with it. */
            files?: components["schemas"]["SentFile"][];
            /** @description What it is about. */
            subject: string;
            /** @enum {string} */
            type: "opened";
        } | {
            /** @description Plain text; with files it may be empty. */
            body: string;
            /** @description What goes with it. */
            files?: components["schemas"]["SentFile"][];
            /** @enum {string} */
            type: "reply";
        } | {
            /** @description Plain text; with files it may be empty. */
            body: string;
            /** @description What goes with it. */
            files?: components["schemas"]["SentFile"][];
            /** @description Who should look at it. */
            mentions: components["schemas"]["Assignee"][];
            /** @enum {string} */
            type: "note";
        } | {
            /** @description Before. */
            from: string;
            /** @description Now. */
            to: string;
            /** @enum {string} */
            type: "subject";
        } | {
            /** @description `open`, `pending`, `solved` or `closed`. */
            to: string;
            /** @enum {string} */
            type: "stage";
        } | {
            /** @description A category's name, or the id of one of the site's own statuses. */
            from: string;
            /** @description The same, now. */
            to: string;
            /** @enum {string} */
            type: "status";
        } | {
            /** @enum {string} */
            type: "snoozed";
            until: components["schemas"]["Time"] | null;
        } | {
            /** @description Before. */
            from: components["schemas"]["Priority"];
            /** @description Now. */
            to: components["schemas"]["Priority"];
            /** @enum {string} */
            type: "priority";
        } | {
            /** @description Before. */
            from: string | null;
            /** @description Now. */
            to: string | null;
            /** @enum {string} */
            type: "team";
        } | {
            from: components["schemas"]["Assignee"] | null;
            to: components["schemas"]["Assignee"] | null;
            /** @enum {string} */
            type: "assigned";
        } | {
            /**
             * Format: uuid
             * @description Before.
             */
            from: string;
            /**
             * Format: uuid
             * @description Now.
             */
            to: string;
            /** @enum {string} */
            type: "requester";
        } | {
            /** @description Before. */
            from: string | null;
            /** @description Now. */
            to: string | null;
            /** @enum {string} */
            type: "organisation";
        } | {
            from: components["schemas"]["Time"] | null;
            to: components["schemas"]["Time"] | null;
            /** @enum {string} */
            type: "due";
        } | {
            /** @description Put on. */
            added: string[];
            /** @description Taken off. */
            removed: string[];
            /** @enum {string} */
            type: "tags";
        } | {
            /** @description Put on. */
            added: string[];
            /** @description Taken off. */
            removed: string[];
            /** @enum {string} */
            type: "cc";
        } | {
            /** @description Who began to. */
            added: components["schemas"]["Assignee"][];
            /** @description Who ended. */
            removed: components["schemas"]["Assignee"][];
            /** @enum {string} */
            type: "followers";
        } | {
            /** @description What was there before, of what changed. */
            before: {
                [key: string]: unknown;
            };
            /** @description What changed. */
            changed: {
                [key: string]: unknown;
            };
            /** @enum {string} */
            type: "fields";
        } | {
            /** @description On what. */
            note: string | null;
            /**
             * Format: int64
             * @description How long; negative takes back.
             */
            seconds: number;
            /** @enum {string} */
            type: "time";
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
            /** @description By when. */
            due: components["schemas"]["Time"];
            /** @description Whether the time has passed. */
            is_breach: boolean;
            /** @description `first_response`, `next_response` or `resolution`. */
            metric: string;
            /** @enum {string} */
            type: "owed";
        } | {
            /** @description Whether it has begun or ended. */
            holds: boolean;
            /**
             * Format: uuid
             * @description Which.
             */
            other: string;
            /** @description What the other is to this one: `linked`, `parent` or `child`. */
            relation: string;
            /** @enum {string} */
            type: "related";
        } | {
            /**
             * Format: int64
             * @description Its number.
             */
            number: number;
            /**
             * Format: uuid
             * @description Which.
             */
            other: string;
            /** @enum {string} */
            type: "merged";
        } | {
            /**
             * Format: int64
             * @description Its number.
             */
            number: number;
            /**
             * Format: uuid
             * @description Which.
             */
            other: string;
            /** @enum {string} */
            type: "merged_into";
        } | {
            /** @description The numbers of the entries that were copied. */
            entries: number[];
            /**
             * Format: int64
             * @description Its number.
             */
            number: number;
            /**
             * Format: uuid
             * @description Which.
             */
            other: string;
            /** @enum {string} */
            type: "split";
        } | {
            /**
             * Format: int64
             * @description Its number.
             */
            number: number;
            /**
             * Format: uuid
             * @description Which.
             */
            other: string;
            /** @enum {string} */
            type: "split_from";
        } | {
            /**
             * @description `rule`, `macro`, or `stopped`: a rule that was kept from acting, as rules had changed the ticket too often, one after
             *     the other.
             */
            by: string;
            /** @description What people call it. */
            name: string;
            /** @enum {string} */
            type: "acted";
        };
        /** @description What staff see of a ticket. */
        TicketDesk: {
            assignee: components["schemas"]["Assignee"] | null;
            /** @description What the status means: one of the first six. */
            category: string;
            /** @description Addresses that get its replies too. */
            cc: string[];
            due_at: components["schemas"]["Time"] | null;
            /** @description What the site keeps of it. */
            fields: {
                [key: string]: unknown;
            };
            first_reply_at: components["schemas"]["Time"] | null;
            /** @description Staff who want to hear of it. */
            followers: components["schemas"]["Assignee"][];
            /** @description Tickets that have to do with it. */
            links: string[];
            /** @description What staff owe for it, one of each kind at most. */
            owed: components["schemas"]["TicketTarget"][];
            /**
             * Format: uuid
             * @description The ticket that it is a part of.
             */
            parent: string | null;
            /** @description Whose it is. */
            requester: components["schemas"]["Contact"];
            /**
             * Format: int64
             * @description How long staff have worked on it.
             */
            seconds_spent: number;
            snoozed_until: components["schemas"]["Time"] | null;
            solved_at: components["schemas"]["Time"] | null;
            /** @description Where it came from: `web`, `mail`, `chat`, `form`, `agent` or `api`. */
            source: string;
            /** @description `new`, `open`, `pending`, `on_hold`, `solved`, `closed`, or the id of one of the site's own statuses. */
            status: string;
            /** @description What it is about, sorted. */
            tags: string[];
            /** @description Whose it is among staff; null: everybody's. */
            team: string | null;
            /**
             * Format: int64
             * @description Counts changes of its fields.
             */
            version: number;
            waiting_since: components["schemas"]["Time"] | null;
        };
        /** @description What the caller was writing on a ticket. */
        TicketDraft: {
            /** @description Empty: nothing. */
            body: string;
            /** @description Whether it is to be a private note. */
            note: boolean;
        };
        /** @description A change of a ticket's fields; what is absent stays as it is. */
        TicketEdit: {
            /** @description E-mail addresses, at most 50. */
            add_cc?: string[];
            /** @description The host's ids of agents, at most 20. */
            add_followers?: string[];
            /** @description At most 50, of 1 to 50 characters. */
            add_tags?: string[];
            /** @description The host's id of an agent; null: nobody. */
            assignee?: string | null;
            due_at?: components["schemas"]["Time"] | null;
            /** @description A merge patch: texts, numbers, true and false; null removes. */
            fields?: {
                [key: string]: unknown;
            };
            /** @description Solve it though a part of it is not. */
            force?: boolean;
            /** @description 1 to 100 characters; null: nobody's. */
            organisation?: string | null;
            priority?: components["schemas"]["Priority"] | null;
            /** @description At most 50. */
            remove_cc?: string[];
            /** @description The host's ids of agents. */
            remove_followers?: string[];
            /** @description At most 50. */
            remove_tags?: string[];
            snoozed_until?: components["schemas"]["Time"] | null;
            /** @description `new`, `open`, `pending`, `on_hold`, `solved`, `closed`, or the id of one of the site's own statuses. */
            status?: string | null;
            /** @description 1 to 200 characters on one line. */
            subject?: string | null;
            /** @description Null: everybody's. */
            team?: string | null;
        };
        /** @description One durable change of a ticket. */
        TicketEntry: components["schemas"]["TicketChange"] & {
            /** @description When. */
            at: components["schemas"]["Time"];
            /** @description Who. */
            author: components["schemas"]["Author"];
            /** @description The sender's own id of it. */
            client_message_id?: string | null;
            /**
             * Format: int64
             * @description Its number among what the reader sees, from 1, without a hole.
             */
            seq: number;
            /**
             * Format: uuid
             * @description Of which ticket.
             */
            ticket: string;
        };
        /** @description Entries of a ticket. */
        TicketEntryPage: {
            /** @description Oldest first. */
            entries: components["schemas"]["TicketEntry"][];
            /** @description Whether there are more in the direction that was asked for. */
            has_more: boolean;
        };
        /** @description Something that staff do with one key. */
        TicketMacro: {
            /** @description What people call it. Unique. */
            name: string;
            /** @description The team whose it is; null: everybody's. */
            team: string | null;
            /** @description What is done, in order, as the setting `tickets.macros` says it. */
            then: {
                [key: string]: unknown;
            }[];
        };
        /** @description The macros that the caller may use, in the site's order. */
        TicketMacroList: {
            /** @description Each. */
            macros: components["schemas"]["TicketMacro"][];
        };
        /** @description Whether the caller is mailed what happens to tickets that they see to or follow. */
        TicketMails: {
            /** @description Where the caller is, as the host says; null: nowhere. */
            address: string | null;
            /** @description Whether the host says where agents are written to, and mails are sent. */
            available: boolean;
            /** @description Whether they want it. */
            wanted: boolean;
        };
        /** @description Something said among staff. */
        TicketNote: {
            /** @description 1 to 50,000 characters; with files it may be empty. */
            body: string;
            /** @description The sender's own id of it, unique in the ticket. */
            client_message_id: string;
            /** @description What goes with it: files of the caller's that are ready and went nowhere else, as many as the site takes. */
            files?: string[];
            /** @description The host's ids of agents who should look at it, at most 20. */
            mentions?: string[];
        };
        /** @description A page of tickets, latest change first. */
        TicketPage: {
            /** @description What `after` takes for the page after this one; null on the last. */
            next: string | null;
            /** @description The tickets. */
            tickets: components["schemas"]["Ticket"][];
        };
        /** @description A ticket that was merged into another. */
        TicketPart: {
            /** @description Its newest entries, oldest first. */
            entries: components["schemas"]["TicketEntry"][];
            /** @description Whether there are older ones. */
            has_more: boolean;
            /** @description The ticket. */
            ticket: components["schemas"]["Ticket"];
        };
        /** @description Something said to everybody. */
        TicketReply: {
            /** @description 1 to 50,000 characters; with files it may be empty. */
            body: string;
            /** @description The sender's own id of it, unique in the ticket. */
            client_message_id: string;
            /**
             * Format: int64
             * @description The version that the caller has seen; absent: whatever has changed.
             */
            expected_version?: number | null;
            /** @description What goes with it: files of the caller's that are ready and went nowhere else, as many as the site takes. */
            files?: string[];
            /** @description The status that it gets with it. Staff only. */
            status?: string | null;
        };
        /**
         * @description What comes of a rule.
         * @enum {string}
         */
        TicketRuleResult: "unmet" | "done" | "repeats" | "broken";
        /** @description What a rule would do. */
        TicketRuleStep: {
            /** @description Why it is broken. */
            detail?: string | null;
            /** @description What it would do; empty: nothing, as all is so already, or as it would not act. */
            entries: components["schemas"]["TicketEntry"][];
            /** @description What comes of it. */
            result: components["schemas"]["TicketRuleResult"];
            /** @description Its name. */
            rule: string;
        };
        /** @description A page of what was found, latest first. */
        TicketSearchPage: {
            /** @description What `before` takes for the page after this one; null on the last. */
            next: string | null;
            /** @description Each with its ticket. */
            results: components["schemas"]["TicketWithEntry"][];
        };
        /** @description A ticket with its newest entries and what belongs to it. */
        TicketSnapshot: {
            /** @description Its parts. Staff only; else empty. */
            children: components["schemas"]["Ticket"][];
            /** @description Its newest entries, oldest first. */
            entries: components["schemas"]["TicketEntry"][];
            /** @description Whether there are older ones. */
            has_more: boolean;
            /** @description What has become a part of it. */
            merged: components["schemas"]["TicketPart"][];
            /** @description The ticket. */
            ticket: components["schemas"]["Ticket"];
        };
        /** @description What is to become a ticket. */
        TicketSubject: {
            /** @description What it is about: 1 to 200 characters on one line. */
            subject: string;
        };
        /** @description Something that staff owe. */
        TicketTarget: {
            /** @description Whether it was not done in time, and staff were told. */
            breached: boolean;
            /** @description By when. */
            due: components["schemas"]["Time"];
            /** @description `first_response`, `next_response` or `resolution`. */
            metric: string;
        };
        /** @description Work that was done. */
        TicketTime: {
            /** @description The sender's own id of it, unique in the ticket. */
            client_message_id: string;
            /** @description On what, at most 1,000 characters. */
            note?: string | null;
            /**
             * Format: int64
             * @description At most a day; negative takes back.
             */
            seconds: number;
        };
        /** @description A ticket and the entry that was made. */
        TicketWithEntry: {
            /** @description The entry. */
            entry: components["schemas"]["TicketEntry"];
            /** @description The ticket as it is then: where it goes on, when it had been merged. */
            ticket: components["schemas"]["Ticket"];
        };
        /**
         * Format: date-time
         * @description A moment: RFC 3339 in UTC, always with microseconds.
         * @example 2026-01-01T12:00:00.000000Z
         */
        Time: string;
        /** @description What rules would do. */
        TriedTicketRules: {
            /** @description What each rule would do, in order; only of those that run after the cause. */
            steps: components["schemas"]["TicketRuleStep"][];
            /** @description The ticket as it would be then. */
            ticket: components["schemas"]["Ticket"];
        };
        /** @description Rules to try on a ticket. */
        TryTicketRules: {
            /**
             * @description After what: `opened`, `requester_replied`, `staff_replied`, `status_changed`, `updated`, `rated`, `sla_warning`,
             *     `sla_breach` or `time_passed`.
             */
            cause: string;
            /** @description As the setting `tickets.rules` has them; null or absent: those that are set. */
            rules?: {
                [key: string]: unknown;
            }[] | null;
        };
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
        /**
         * @description How far a file is.
         * @enum {string}
         */
        UploadState: "uploading" | "ready" | "refused";
        /** @description A filter of a list, under a name. */
        View: {
            /** @description What it shows. */
            filter: components["schemas"]["Filter"];
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description Which list it is of: `chat`, the conversations, or `tickets`. */
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
