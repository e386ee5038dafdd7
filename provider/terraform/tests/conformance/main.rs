//! The calls of a whole provider in process, and the checker of the rules that clients hold it to.

mod broken;
mod calls;
mod messages;
mod rules;
mod sabotage;
mod thing;
