//! The rules of a [`KeyStore`].

use engage_core::signing::KeyStore;

use crate::World;

suite! { $
    /// One test for each rule of a store of keys; takes what a [`World`](crate::World) is made of.
    key_store_conformance, signing, World<dyn KeyStore> {
        the_first_key_of_a_name_stays,
        of_many_at_once_all_are_given_one,
    }
}

mod rules {
    use engage_core::signing::{Key, KeyStore};
    use tokio::task::JoinSet;

    use crate::world::World;

    type Keys = World<dyn KeyStore>;

    /// Whoever proposes another is given the first.
    pub async fn the_first_key_of_a_name_stays(world: Keys) {
        let secret: [u8; 32] = std::array::from_fn(|at| u8::try_from(at * 8).unwrap());
        assert_eq!(world.store.keep(&key(&world, "one", secret)).await.unwrap(), secret);
        assert_eq!(world.store.keep(&key(&world, "one", [0; 32])).await.unwrap(), secret);
        assert_eq!(world.store.keep(&key(&world, "two", [0; 32])).await.unwrap(), [0; 32], "names are apart");
    }

    /// As nodes do that boot on an empty database.
    pub async fn of_many_at_once_all_are_given_one(world: Keys) {
        let mut nodes = JoinSet::new();
        for node in 0..16 {
            let world = world.clone();
            nodes.spawn(async move { world.store.keep(&key(&world, "site", [node; 32])).await.unwrap() });
        }
        let mut given = nodes.join_all().await;
        given.dedup();
        assert_eq!(given.len(), 1);
    }

    fn key(world: &Keys, name: &str, secret: [u8; 32]) -> Key {
        Key { name: name.to_owned(), secret, made_at: world.now() }
    }
}
