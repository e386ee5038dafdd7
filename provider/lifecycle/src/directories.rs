//! Where savepoints go.
