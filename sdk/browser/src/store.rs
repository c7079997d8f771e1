//! `localStorage`, which may refuse: then the page lives in memory alone.

use crate::driver::handle;
use gloo_events::EventListener;
use sdk_core::Input;
use wasm_bindgen::JsCast;
use web_sys::{Storage, StorageEvent};

pub(crate) fn load(write_key: &str) -> Option<String> {
    storage()?.get_item(&name(write_key)).ok()?
}

pub(crate) fn save(write_key: &str, text: &str) {
    if let Some(storage) = storage() {
        // Full, or switched off.
        let _ = storage.set_item(&name(write_key), text);
    }
}

pub(crate) fn remove(write_key: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(&name(write_key));
    }
}

/// Hears what other tabs of this site store.
pub(crate) fn listen(write_key: &str) {
    let Some(window) = web_sys::window() else { return };
    let name = name(write_key);
    EventListener::new(&window, "storage", move |event| {
        let event: &StorageEvent = event.unchecked_ref();
        if event.key().as_ref() == Some(&name) {
            handle(Input::Stored(event.new_value().as_deref()));
        }
    })
    .forget();
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

fn name(write_key: &str) -> String {
    let mut name = String::from("milepost:");
    name.push_str(write_key);
    name
}
