//! The guards of the decisions: each has a name, keeps one way of losing or
//! doubling state shut, and can be taken away in a test that proves it.

/// Declares what guards there are: the enum and, for the tests, the list of all.
macro_rules! guards {
    ($($(#[$what:meta])* $name:ident,)*) => {
        /// A rule without which something could be lost, doubled or harmed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Guard {
            $($(#[$what])* $name,)*
        }

        #[cfg(test)]
        impl Guard {
            /// All guards.
            pub(crate) const ALL: &[Self] = &[$(Self::$name,)*];
        }

        /// Which guards stand.
        pub(crate) type Guards = crate::guards::Guards<Guard>;
    };
}

pub(crate) use guards;

/// Which guards stand: all, but in tests.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guards<G> {
    #[cfg(test)]
    off: Option<G>,
    #[cfg(not(test))]
    all: std::marker::PhantomData<G>,
}

#[cfg(test)]
impl<G: Copy + PartialEq> Guards<G> {
    pub(crate) const fn without(off: Option<G>) -> Self {
        Self { off }
    }

    pub(crate) fn stands(self, guard: G) -> bool {
        self.off != Some(guard)
    }
}

/// That every guard is needed: with it nothing is violated in its scene, and without it something is
/// otherwise. `violations` are a scene's.
#[cfg(test)]
pub(crate) async fn are_all_needed<G: Copy + std::fmt::Debug, S: PartialEq + std::fmt::Debug>(
    all: &[G],
    scene: impl AsyncFn(G, Option<G>) -> S,
    violations: impl Fn(&S) -> &[String],
) {
    let mut idle = Vec::new();
    for &guard in all {
        let with = scene(guard, None).await;
        assert_eq!(violations(&with), [""; 0], "{guard:?} stands");
        if with == scene(guard, Some(guard)).await {
            idle.push(format!("{guard:?}: {with:?}"));
        }
    }
    assert!(idle.is_empty(), "{}", idle.join("\n"));
}

#[cfg(not(test))]
impl<G: Copy> Guards<G> {
    #[expect(clippy::unused_self, reason = "the twin for tests looks at it")]
    pub(crate) fn stands(self, _guard: G) -> bool {
        true
    }
}

impl<G> Default for Guards<G> {
    fn default() -> Self {
        Self {
            #[cfg(test)]
            off: None,
            #[cfg(not(test))]
            all: std::marker::PhantomData,
        }
    }
}
