//! The rules of an [`AuditStore`]. It is written with other changes, so its world is made of
//! [`Stores`](engage_core::Stores).

use engage_core::audit::AuditStore;

use crate::World;

suite! { $
    /// One test for each rule of an audit log; takes what a [`World`](crate::World) is made of, with all the stores.
    audit_store_conformance, audit, World<dyn AuditStore> {
        lines_come_back_as_they_were_newest_first,
        pages_go_back_in_time,
        a_refused_change_leaves_no_line,
        old_lines_are_pruned,
    }
}

mod rules {
    use engage_core::audit::{AuditEntry, AuditStore};
    use engage_core::contacts::Contact;
    use engage_core::{Actor, Effects};
    use serde_json::json;

    use crate::World;

    type Audit = World<dyn AuditStore>;

    /// Every field of every line, also when one change brings several.
    pub async fn lines_come_back_as_they_were_newest_first(world: Audit) {
        let mut lines: Vec<_> = crate::hostile::names().iter().map(|name| line(&world, name)).collect();
        let effects = lines.iter().cloned().fold(Effects::none(), Effects::and_audit);
        change(&world, &effects).await.unwrap();
        lines.push(line(&world, "the last"));
        change(&world, &Effects::none().and_audit(lines[lines.len() - 1].clone())).await.unwrap();
        lines.reverse();
        assert_eq!(world.store.list(None, 100).await.unwrap(), lines);
    }

    /// From the newest on, page by page, each line once.
    pub async fn pages_go_back_in_time(world: Audit) {
        let mut lines = Vec::new();
        for turn in 0..7 {
            lines.push(line(&world, &turn.to_string()));
            change(&world, &Effects::none().and_audit(lines[turn].clone())).await.unwrap();
        }
        let (mut before, mut seen) = (None, Vec::new());
        loop {
            let page = world.store.list(before, 3).await.unwrap();
            let Some(last) = page.last() else { break };
            assert!(page.len() <= 3);
            before = Some(last.id);
            seen.extend(page);
        }
        lines.reverse();
        assert_eq!(seen, lines);
    }

    /// The log tells of what was done.
    pub async fn a_refused_change_leaves_no_line(world: Audit) {
        let taken = line(&world, "kept");
        change(&world, &Effects::none().and_audit(taken.clone())).await.unwrap();
        let refused = Effects::none().and_audit(line(&world, "dropped")).and_audit(taken.clone());
        change(&world, &refused).await.unwrap_err();
        assert_eq!(world.store.list(None, 10).await.unwrap(), [taken]);
    }

    /// What is older goes, bounded; what is as old as the limit stays.
    pub async fn old_lines_are_pruned(world: Audit) {
        let mut lines = Vec::new();
        for turn in 0..6 {
            lines.push(line(&world, &turn.to_string()));
            change(&world, &Effects::none().and_audit(lines[turn].clone())).await.unwrap();
        }
        let limit = lines[3].at;
        for expected in [2, 1, 0] {
            assert_eq!(world.store.prune(limit, 2).await.unwrap(), expected);
        }
        let mut left = world.store.list(None, 10).await.unwrap();
        left.reverse();
        assert_eq!(left, lines[3..]);
    }

    fn line(world: &Audit, target: &str) -> AuditEntry {
        let at = world.now();
        let entry = AuditEntry::new(world.id(), at, &Actor::System, "test.done", format!("test:{target}"));
        entry.detail(json!({ "target": target, "nested": { "n": 1 } }))
    }

    /// Any change that takes effects.
    async fn change(world: &Audit, effects: &Effects) -> engage_core::Result<()> {
        let contacts =
            world.contacts.as_ref().expect("the audit log is written with other changes: give all the stores");
        let now = world.now();
        contacts.create(&Contact::anonymous(world.id(), now), effects).await
    }
}
