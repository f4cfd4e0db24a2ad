// SPDX-License-Identifier: Apache-2.0
// SQLite's own page cache, told apart from pages that it never had.
//
// When pages of a B-tree change places, SQLite gives one of them for a moment the number of the page
// with the lock bytes, at 1 GiB, which holds nothing (balance_nonroot in btree.c). The cache takes
// that for its highest number. So at the end of a transaction, where pages behind the end of a
// database of less than 1 GiB are forgotten, it looks for them at each page that it keeps: 0.6 ms for
// 64 MiB, in nearly each commit of a group, and there are none. The calls go through here, where the
// highest number is kept without that page, and the search is left out where it would find nothing.
#ifndef GUANXI_PAGE_CACHE_H
#define GUANXI_PAGE_CACHE_H

#include <sqlite3.h>

/// A cache of SQLite's and what is known of it.
struct csqlite_cache {
    sqlite3_pcache *own;
    /// No page has a higher number.
    unsigned top;
    /// The page with the lock bytes (https://sqlite.org/fileformat2.html#the_lock_byte_page).
    unsigned lock_page;
};

/// The methods of SQLite's own cache (c3ref/pcache_methods2.html), set once per process.
static inline sqlite3_pcache_methods2 *csqlite_own(void) {
    static sqlite3_pcache_methods2 methods = { 0 };
    return &methods;
}

static sqlite3_pcache *csqlite_own_of(sqlite3_pcache *cache) {
    return ((struct csqlite_cache *)cache)->own;
}

static int csqlite_cache_init(void *argument) {
    (void)argument;
    return csqlite_own()->xInit ? csqlite_own()->xInit(csqlite_own()->pArg) : SQLITE_OK;
}

static void csqlite_cache_shutdown(void *argument) {
    (void)argument;
    if (csqlite_own()->xShutdown) csqlite_own()->xShutdown(csqlite_own()->pArg);
}

static sqlite3_pcache *csqlite_cache_create(int page, int extra, int purgeable) {
    struct csqlite_cache *cache = sqlite3_malloc(sizeof *cache);
    if (!cache) return NULL;
    cache->own = csqlite_own()->xCreate(page, extra, purgeable);
    cache->top = 0;
    cache->lock_page = 0x40000000u / (unsigned)page + 1;
    if (cache->own) return (sqlite3_pcache *)cache;
    sqlite3_free(cache);
    return NULL;
}

static void csqlite_cache_size(sqlite3_pcache *cache, int pages) {
    csqlite_own()->xCachesize(csqlite_own_of(cache), pages);
}

static int csqlite_cache_count(sqlite3_pcache *cache) {
    return csqlite_own()->xPagecount(csqlite_own_of(cache));
}

static sqlite3_pcache_page *csqlite_cache_fetch(sqlite3_pcache *cache, unsigned key, int create) {
    struct csqlite_cache *known = (struct csqlite_cache *)cache;
    if (create && key > known->top) known->top = key;
    return csqlite_own()->xFetch(known->own, key, create);
}

static void csqlite_cache_unpin(sqlite3_pcache *cache, sqlite3_pcache_page *page, int discard) {
    csqlite_own()->xUnpin(csqlite_own_of(cache), page, discard);
}

static void csqlite_cache_rekey(
    sqlite3_pcache *cache, sqlite3_pcache_page *page, unsigned old, unsigned key
) {
    struct csqlite_cache *known = (struct csqlite_cache *)cache;
    if (key > known->top && key != known->lock_page) known->top = key;
    csqlite_own()->xRekey(known->own, page, old, key);
}

static void csqlite_cache_truncate(sqlite3_pcache *cache, unsigned limit) {
    struct csqlite_cache *known = (struct csqlite_cache *)cache;
    if (limit > known->top) return;
    csqlite_own()->xTruncate(known->own, limit);
    known->top = limit == 0 ? 0 : limit - 1;
}

static void csqlite_cache_destroy(sqlite3_pcache *cache) {
    csqlite_own()->xDestroy(csqlite_own_of(cache));
    sqlite3_free(cache);
}

static void csqlite_cache_shrink(sqlite3_pcache *cache) {
    csqlite_own()->xShrink(csqlite_own_of(cache));
}

/// Sets it up, before SQLite's first use and once per process.
static inline int csqlite_tell_caches_apart(void) {
    int code = sqlite3_config(SQLITE_CONFIG_GETPCACHE2, csqlite_own());
    if (code != SQLITE_OK) return code;
    sqlite3_pcache_methods2 methods = {
        .iVersion = 1,
        .xInit = csqlite_cache_init,
        .xShutdown = csqlite_cache_shutdown,
        .xCreate = csqlite_cache_create,
        .xCachesize = csqlite_cache_size,
        .xPagecount = csqlite_cache_count,
        .xFetch = csqlite_cache_fetch,
        .xUnpin = csqlite_cache_unpin,
        .xRekey = csqlite_cache_rekey,
        .xTruncate = csqlite_cache_truncate,
        .xDestroy = csqlite_cache_destroy,
        .xShrink = csqlite_cache_shrink,
    };
    return sqlite3_config(SQLITE_CONFIG_PCACHE2, &methods);
}

#endif
