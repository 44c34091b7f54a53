//! From a [`Builder`] to a running [`Engage`].

use std::sync::Arc;

use super::builder::RateLimits;
use super::{Base, BuildError, Builder, Context, Engage, Inner};
use crate::cache::CacheNode;
use crate::canned::Canned;
use crate::chat::{Chat, Front, Letters, TO_BOT};
use crate::contacts::Contacts;
use crate::crowd::{Crowd, Whereabouts};
use crate::error::Error;
use crate::faq::Faq;
use crate::files::Files;
use crate::forms::{Forms, TO_DELIVER};
use crate::hooks::{Announcer, Host, TO_SINK};
use crate::ids::Ids;
use crate::mail::Mails;
use crate::outbox::Relay;
use crate::rate::LocalRateLimiter;
use crate::sessions::Sessions;
use crate::settings::Settings;
use crate::signing::Signer;
use crate::sink::ToSink;
use crate::tasks::Tasks;
use crate::tickets::{TicketLetters, Tickets};
use crate::upkeep::{self, Records, Upkeep};
use crate::views::Views;
use crate::webhooks::Webhooks;

impl Builder {
    /// Opens and migrates the database and starts engage. Needs a tokio runtime, which it stays on.
    ///
    /// # Errors
    /// Every problem at once.
    pub async fn build(self) -> Result<Engage, BuildError> {
        let mut problems = self.problems();
        let context = Context {
            ids: Ids::new(Arc::clone(&self.clock), Arc::clone(&self.entropy)),
            clock: self.clock,
            entropy: self.entropy,
        };
        let mut stores = match self.backend.open(&context, self.migrations).await {
            Ok(stores) if problems.is_empty() => stores,
            Ok(_) => return Err(BuildError(problems)),
            Err(more) => {
                problems.extend(more);
                return Err(BuildError(problems));
            }
        };
        if let Some(chat) = self.chat_store {
            stores.chat = chat;
        }
        let unavailable = |error: Error| BuildError(vec![format!("the database does not answer: {error}")]);

        let tasks = Tasks::default();
        let cache = CacheNode::new(self.cache, Arc::clone(&self.bus), &context);
        let base = Base {
            settings: Settings::start(&context, &stores, cache.clone(), &tasks).await.map_err(unavailable)?,
            signer: Signer::start(&context, &*stores.keys).await.map_err(unavailable)?,
            relay: Relay::new(&context, stores.outboxes(), self.relay),
            announcer: Announcer::new(&context, self.sink.is_some(), &self.hooks),
            limiter: match self.rate_limits {
                RateLimits::Local => Some(Arc::new(LocalRateLimiter::new(Arc::clone(&context.clock)))),
                RateLimits::By(limiter) => Some(limiter),
                RateLimits::Off => None,
            },
            bus: self.bus,
            context,
            stores,
            cache,
            tasks,
        };
        let (site, url) = (self.site.as_str(), self.public_url.as_deref());
        let has_mail = self.mailer.is_some() || self.dev_mailbox;
        let files = self.files.map(|setup| Files::new(&base, setup));
        let chat = Chat::start(&base, self.chat, self.bot.is_some(), has_mail, files.clone());
        let chat = chat.await.map_err(unavailable)?;
        let contacts = Contacts::new(&base, &chat);
        let sessions = Sessions::new(&base, contacts.clone(), self.sessions);
        let webhooks = Webhooks::start(&base, self.outbound, self.webhooks).await.map_err(unavailable)?;
        let mail = Mails::start(&base, self.mailer, files.clone(), site, url).await.map_err(unavailable)?;
        let crowd = Crowd::default();
        let whereabouts = Whereabouts::start(&crowd, &base.bus, &base.tasks);
        let letters = Letters::start(&base, &chat, &contacts, whereabouts, &mail);
        let front = Front::new(&base, &chat, &contacts);
        let faq = Faq::new(&base, self.faq);
        let canned = Canned::new(&base, &chat, site);
        let views = Views::new(&base);
        let agents = self.agents.filter(|_| has_mail);
        let tickets = Tickets::start(&base, &chat, &contacts, files.clone(), has_mail, agents.is_some());
        let forms = Forms::new(&base, self.forms, &chat, &tickets, &contacts, &mail);
        let ticket_letters = TicketLetters::start(&base, &tickets, &contacts, &sessions, files.clone(), agents, &mail);
        let relay = &base.relay;
        if let Some(sink) = self.sink {
            relay.handle(TO_SINK, Arc::new(ToSink(sink)));
        }
        let host = Host::default();
        for hook in &self.hooks {
            relay.handle(&hook.topic(), hook.handler(&host));
        }
        // Stopped by the relay it would be asked again, instead of being handed off.
        let bot = self.bot.map(|bot| bot.within(self.relay.lease / 2));
        relay.handle(TO_BOT, crate::chat::keeper(&base.context, &chat, bot, &host));
        let merged = vec![contacts.merge_handler(), tickets.handler(), faq.merge_handler(&contacts)];
        relay.handle("contacts.merged", crate::outbox::in_turn(merged));
        relay.handle("contacts.changed", contacts.change_handler());
        relay.handle(TO_DELIVER, forms.delivery());
        base.cache.follow_bus(&base.tasks);
        if self.background {
            let Base { context, stores, tasks, .. } = base.clone();
            let keepers: Vec<(_, Box<dyn Upkeep>)> = vec![
                ("chat", Box::new(chat.clone())),
                ("webhooks", Box::new(webhooks.clone())),
                ("faq", Box::new(faq.clone())),
                ("forms", Box::new(forms.clone())),
                ("mail", Box::new(mail.clone())),
                ("records", Box::new(Records { context, stores, sessions: self.sessions })),
            ];
            upkeep::start(&tasks, keepers);
            let indexed = chat.clone();
            tasks.spawn(|stopping| indexed.keep_indexed(stopping));
            if let Some(files) = &files {
                files.keep_house(&tasks);
            }
        }
        let engage = Engage(Arc::new(Inner {
            base,
            site: self.site,
            public_url: self.public_url.map(|url| url.trim_end_matches('/').to_owned()),
            trusted_proxies: self.trusted_proxies,
            crowd,
            front,
            canned,
            faq,
            views,
            files,
            forms,
            tickets,
            ticket_letters,
            contacts,
            sessions,
            chat,
            webhooks,
            mail,
            letters,
        }));
        host.set(&engage);
        if self.background {
            engage.relay().start(engage.tasks(), engage.bus());
        }
        tracing::info!(target: "engage", version = env!("CARGO_PKG_VERSION"), "engage is ready");
        Ok(engage)
    }
}
