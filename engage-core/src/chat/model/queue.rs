//! Who gets what waits.

use super::{Agent, AgentStatus, Conversation};
use crate::identity::AgentRef;
use crate::ids::ConversationId;

/// Gives conversations that wait to agents, first come first served.
///
/// `waiting` is the queue in its order. An agent is eligible who is online, is of the conversation's team and, when
/// anybody online there speaks its language, speaks it too. Of those with room the one with the fewest open conversations
/// gets it, among equals the one whose last assignment is longest ago; who has let it pass before only when nobody else
/// has room. `capacity` is the room of agents without a limit of their own; `None`: any number.
///
/// Nobody gets more than fits, and nobody with room waits while a conversation does that they are eligible for.
pub fn assignments(
    waiting: &[Conversation],
    agents: &[Agent],
    capacity: Option<i64>,
) -> Vec<(ConversationId, AgentRef)> {
    let mut online: Vec<_> =
        agents.iter().filter(|agent| agent.status == AgentStatus::Online).map(|agent| (agent, agent.open, 0)).collect();
    let mut given = Vec::new();
    for conversation in waiting {
        if online.iter().all(|(agent, open, _)| !has_room(agent, *open, capacity)) {
            break;
        }
        let eligible = eligible(conversation, online.iter().map(|(agent, ..)| *agent));
        let chosen = online
            .iter_mut()
            .filter(|(agent, open, _)| has_room(agent, *open, capacity) && eligible.contains(&agent.agent.id.as_str()))
            .min_by_key(|(agent, open, turn)| {
                let passed = conversation.routing.passed_by.as_ref() == Some(&agent.agent.id);
                (passed, *open, *turn, agent.assigned_at, agent.agent.id.as_str())
            });
        let Some((agent, open, turn)) = chosen else { continue };
        *open += 1;
        *turn = given.len() + 1;
        given.push((conversation.id, agent.agent.clone()));
    }
    given
}

/// Whether somebody other than `agent` is eligible for `conversation` and has room.
pub fn has_alternative(conversation: &Conversation, agents: &[Agent], agent: &str, capacity: Option<i64>) -> bool {
    let online = agents.iter().filter(|agent| agent.status == AgentStatus::Online);
    let eligible = eligible(conversation, online.clone());
    online
        .filter(|other| other.agent.id != agent && has_room(other, other.open, capacity))
        .any(|other| eligible.contains(&other.agent.id.as_str()))
}

fn has_room(agent: &Agent, open: i64, capacity: Option<i64>) -> bool {
    agent.capacity.or(capacity).is_none_or(|capacity| open < capacity)
}

/// The ids of those of `online` who may answer.
fn eligible<'a>(conversation: &Conversation, online: impl Iterator<Item = &'a Agent>) -> Vec<&'a str> {
    let team: Vec<_> =
        online.filter(|agent| conversation.team.as_ref().is_none_or(|team| agent.teams.contains(team))).collect();
    let speaks = |agent: &&&Agent| match &conversation.routing.language {
        Some(language) => agent.languages.iter().any(|own| is_language(own, language)),
        None => true,
    };
    // Whom nobody on duty understands is answered by anybody rather than by nobody.
    let anybody = !team.iter().any(|agent| speaks(&agent));
    team.iter().filter(|agent| anybody || speaks(agent)).map(|agent| agent.agent.id.as_str()).collect()
}

/// `pt` and `pt-br` understand each other.
fn is_language(one: &str, other: &str) -> bool {
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_owned();
    primary(one) == primary(other)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::chat::{Priority, Routing};
    use crate::clock::{Clock, ManualClock};
    use crate::entropy::SeededEntropy;
    use crate::ids::Ids;

    fn agent(id: &str, status: AgentStatus, open: i64, teams: &[&str], languages: &[&str]) -> Agent {
        let owned = |list: &[&str]| list.iter().map(|&one| one.to_owned()).collect();
        Agent {
            agent: AgentRef { id: id.to_owned(), name: id.to_owned() },
            teams: owned(teams),
            admin: false,
            status,
            languages: owned(languages),
            capacity: None,
            open,
            assigned_at: None,
        }
    }

    fn conversations(count: usize) -> Vec<Conversation> {
        let clock = ManualClock::default();
        let ids = Ids::new(Arc::new(clock.clone()), Arc::new(SeededEntropy::new(1)));
        (0..count).map(|_| Conversation::new(ids.next(), ids.next(), None, clock.now())).collect()
    }

    fn chosen(conversation: &Conversation, agents: &[Agent]) -> Option<String> {
        assignments(std::slice::from_ref(conversation), agents, None).pop().map(|(_, agent)| agent.id)
    }

    #[test]
    fn the_least_loaded_online_agent_of_the_team_is_chosen() {
        use AgentStatus::{Away, Online};
        let agents = [
            agent("busy", Online, 3, &["sales"], &[]),
            agent("away", Away, 0, &["sales"], &[]),
            agent("other", Online, 0, &["support"], &[]),
            agent("free", Online, 1, &["sales"], &[]),
        ];
        let of = |team: &str| Conversation { team: Some(team.to_owned()), ..conversations(1).remove(0) };
        assert_eq!(chosen(&of("sales"), &agents).as_deref(), Some("free"));
        assert_eq!(chosen(&conversations(1)[0], &agents).as_deref(), Some("other"));
        assert_eq!(chosen(&of("billing"), &agents), None);
    }

    #[test]
    fn among_equals_the_longest_idle_is_chosen() {
        let mut first = agent("a", AgentStatus::Online, 1, &[], &[]);
        first.assigned_at = Some(ManualClock::default().now());
        let never = agent("b", AgentStatus::Online, 1, &[], &[]);
        let given = assignments(&conversations(3), &[first, never], None);
        assert_eq!(given.iter().map(|(_, agent)| agent.id.as_str()).collect::<Vec<_>>(), ["b", "a", "b"]);
    }

    #[test]
    fn a_language_counts_when_somebody_speaks_it() {
        let mut talk = conversations(1).remove(0);
        talk.routing.language = Some("pt-br".to_owned());
        let english = agent("english", AgentStatus::Online, 0, &[], &["en"]);
        assert_eq!(chosen(&talk, std::slice::from_ref(&english)).as_deref(), Some("english"), "better than nobody");
        let mut both = [english, agent("portuguese", AgentStatus::Online, 5, &[], &["pt"])];
        assert_eq!(chosen(&talk, &both).as_deref(), Some("portuguese"));
        both[1].capacity = Some(5);
        assert_eq!(chosen(&talk, &both), None, "waits for who understands");
        both[1].status = AgentStatus::Away;
        assert_eq!(chosen(&talk, &both).as_deref(), Some("english"));
    }

    #[test]
    fn who_let_it_pass_gets_it_only_when_nobody_else_has_room() {
        let mut talk = conversations(1).remove(0);
        talk.routing.passed_by = Some("a".to_owned());
        let mut agents = [agent("a", AgentStatus::Online, 0, &[], &[]), agent("b", AgentStatus::Online, 9, &[], &[])];
        assert_eq!(chosen(&talk, &agents).as_deref(), Some("b"));
        assert!(has_alternative(&talk, &agents, "a", None));
        agents[1].capacity = Some(9);
        assert_eq!(chosen(&talk, &agents).as_deref(), Some("a"));
        assert!(!has_alternative(&talk, &agents, "a", None));
    }

    fn some_agents() -> impl Strategy<Value = Vec<Agent>> {
        let one = (0..3_u8, 0..4_i64, 0..4_u8, 0..4_u8, proptest::option::of(0..5_i64));
        proptest::collection::vec(one, 0..6).prop_map(|all| {
            let agents = all.into_iter().enumerate().map(|(n, (status, open, teams, languages, capacity))| {
                let status = [AgentStatus::Online, AgentStatus::Away, AgentStatus::Offline][usize::from(status)];
                let subset = |bits: u8, of: [&str; 2]| -> Vec<String> {
                    of.iter()
                        .enumerate()
                        .filter(|(at, _)| bits & (1 << at) != 0)
                        .map(|(_, &one)| one.to_owned())
                        .collect()
                };
                Agent {
                    teams: subset(teams, ["sales", "support"]),
                    languages: subset(languages, ["de", "en"]),
                    capacity,
                    ..agent(&format!("agent-{n}"), status, open, &[], &[])
                }
            });
            agents.collect()
        })
    }

    fn some_queue() -> impl Strategy<Value = Vec<Conversation>> {
        proptest::collection::vec((0..3_usize, 0..3_usize, proptest::option::of(0..6_u8)), 0..12).prop_map(|all| {
            let rows =
                conversations(all.len()).into_iter().zip(all).map(|(row, (team, language, passed))| Conversation {
                    team: [None, Some("sales"), Some("support")][team].map(str::to_owned),
                    routing: Routing {
                        priority: Priority::Normal,
                        language: [None, Some("de"), Some("fr")][language].map(str::to_owned),
                        passed_by: passed.map(|n| format!("agent-{n}")),
                        ..Routing::default()
                    },
                    ..row
                });
            rows.collect()
        })
    }

    proptest! {
        #[test]
        fn nobody_gets_too_much_and_nobody_eligible_is_idle(
            agents in some_agents(), queue in some_queue(), capacity in proptest::option::of(0..4_i64),
        ) {
            let given = assignments(&queue, &agents, capacity);
            let load = |agent: &Agent, upto: usize| {
                agent.open + given[..upto].iter().filter(|(_, to)| *to == agent.agent).count() as i64
            };
            let place = |id: ConversationId| queue.iter().position(|row| row.id == id).unwrap();
            let mut last = None;
            for (n, (id, to)) in given.iter().enumerate() {
                let agent = agents.iter().find(|agent| agent.agent == *to).unwrap();
                prop_assert!(agent.status == AgentStatus::Online);
                prop_assert!(has_room(agent, load(agent, n), capacity), "above capacity");
                prop_assert!(last < Some(place(*id)), "out of turn, or twice");
                last = Some(place(*id));
            }
            for row in queue.iter().filter(|row| given.iter().all(|(id, _)| *id != row.id)) {
                let online = agents.iter().filter(|agent| agent.status == AgentStatus::Online);
                let may = eligible(row, online.clone());
                for agent in online.filter(|agent| may.contains(&agent.agent.id.as_str())) {
                    prop_assert!(!has_room(agent, load(agent, given.len()), capacity), "{} is idle", agent.agent.id);
                }
            }
        }
    }
}
