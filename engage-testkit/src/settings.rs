//! The rules of a [`SettingStore`].

use engage_core::settings::SettingStore;

use crate::World;

suite! { $
    /// One test for each rule of a setting store; takes what a [`World`](crate::World) is made of.
    setting_store_conformance, settings, World<dyn SettingStore> {
        at_first_nothing_is_set,
        any_value_comes_back_as_it_was,
        a_change_expects_the_version_before,
        of_many_changes_at_once_one_is_kept,
        effects_commit_with_the_setting,
        a_taken_effect_id_sets_nothing,
    }
}

mod rules {
    use engage_core::settings::{Setting, SettingStore};
    use engage_core::{Effects, ErrorKind};
    use serde_json::{Value, json};

    use crate::world::{World, drain};

    type Settings = World<dyn SettingStore>;

    /// An empty store has no values.
    pub async fn at_first_nothing_is_set(world: Settings) {
        assert!(world.store.all().await.unwrap().is_empty());
    }

    /// Any JSON is a value.
    pub async fn any_value_comes_back_as_it_was(world: Settings) {
        let mut values = vec![
            json!(null),
            json!(true),
            json!(-3),
            json!(0.1),
            json!(i64::MAX),
            json!([]),
            json!({"a": [1, {"b": ""}]}),
        ];
        values.extend(crate::hostile::texts().into_iter().map(Value::from));
        let mut kept = Vec::new();
        for (turn, value) in values.into_iter().enumerate() {
            let setting = setting(&world, &format!("test.{turn:02}"), value, 1);
            world.store.put(&setting, &Effects::none()).await.unwrap();
            kept.push(setting);
        }
        assert_eq!(all(&world).await, kept);
    }

    /// The first write finds none; each next one the one before. Others are refused and change nothing.
    pub async fn a_change_expects_the_version_before(world: Settings) {
        let put = async |value: &str, version| {
            world.store.put(&setting(&world, "test", json!(value), version), &Effects::none()).await
        };
        assert_eq!(put("too new", 2).await.unwrap_err().kind(), ErrorKind::Conflict);
        assert!(all(&world).await.is_empty());
        put("first", 1).await.unwrap();
        assert_eq!(put("stale", 1).await.unwrap_err().kind(), ErrorKind::Conflict);
        assert_eq!(put("too new", 3).await.unwrap_err().kind(), ErrorKind::Conflict);
        put("second", 2).await.unwrap();
        let stored = all(&world).await;
        assert_eq!(stored.len(), 1);
        assert_eq!((&stored[0].value, stored[0].version), (&json!("second"), 2));
    }

    /// Of all who saw the same version, one writes: the first write as any other.
    pub async fn of_many_changes_at_once_one_is_kept(world: Settings) {
        for version in 1..=3 {
            let mut writers = tokio::task::JoinSet::new();
            for writer in 0..16 {
                let world = world.clone();
                writers.spawn(async move {
                    world.store.put(&setting(&world, "test", json!(writer), version), &Effects::none()).await
                });
            }
            let answers = writers.join_all().await;
            assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
            assert!(
                answers
                    .iter()
                    .filter_map(|answer| answer.as_ref().err())
                    .all(|error| error.kind() == ErrorKind::Conflict)
            );
        }
        assert_eq!(all(&world).await[0].version, 3);
    }

    /// A change brings its promises; a refused one brings none.
    pub async fn effects_commit_with_the_setting(world: Settings) {
        let (kept, dropped) = (world.promise(), world.promise());
        world.store.put(&setting(&world, "test", json!(1), 1), &Effects::none().and_send(kept.clone())).await.unwrap();
        world.store.put(&setting(&world, "test", json!(2), 1), &Effects::none().and_send(dropped)).await.unwrap_err();
        let promises = drain(&*world.store.outbox(), world.now()).await;
        assert_eq!(promises.into_iter().map(|promise| promise.message).collect::<Vec<_>>(), [kept]);
    }

    /// What cannot promise what it must sets nothing.
    pub async fn a_taken_effect_id_sets_nothing(world: Settings) {
        let taken = Effects::none().and_send(world.promise());
        let first = setting(&world, "one", json!(1), 1);
        world.store.put(&first, &taken).await.unwrap();
        world.store.put(&setting(&world, "one", json!(2), 2), &taken).await.unwrap_err();
        world.store.put(&setting(&world, "two", json!(2), 1), &taken).await.unwrap_err();
        assert_eq!(all(&world).await, [first]);
    }

    fn setting(world: &Settings, key: &str, value: Value, version: i64) -> Setting {
        Setting { key: key.to_owned(), value, version, updated_at: world.now() }
    }

    async fn all(world: &Settings) -> Vec<Setting> {
        let mut all = world.store.all().await.unwrap();
        all.sort_by(|a, b| a.key.cmp(&b.key));
        all
    }
}
