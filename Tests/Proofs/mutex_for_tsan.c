// SPDX-License-Identifier: Apache-2.0

// Tells ThreadSanitizer of the locks that Swift's Mutex takes and gives in the kernel.
//
// Where two threads meet, Mutex leaves the exchange to futex(2) (FUTEX_LOCK_PI, FUTEX_UNLOCK_PI)
// in libswiftSynchronization, which is not instrumented: ThreadSanitizer does not see it and takes
// what the lock guards for a race. Preloaded, this stands before the two functions that do so.
// How to build and use it is in docs/testing.md.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define SWIFT_SELF __attribute__((swift_context))
#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

typedef __attribute__((swiftcall)) void LockSlow(uint32_t thread, SWIFT_SELF void *mutex);
typedef __attribute__((swiftcall)) void UnlockSlow(SWIFT_SELF void *mutex);

// Of ThreadSanitizer; absent in processes that are built without.
extern void __tsan_acquire(void *address) __attribute__((weak));
extern void __tsan_release(void *address) __attribute__((weak));

LockSlow lock_slow __asm__(LOCK_SLOW);
UnlockSlow unlock_slow __asm__(UNLOCK_SLOW);

__attribute__((swiftcall)) void lock_slow(uint32_t thread, SWIFT_SELF void *mutex) {
    static LockSlow *next;
    if (!next) next = (LockSlow *)dlsym(RTLD_NEXT, LOCK_SLOW);
    next(thread, mutex);
    if (__tsan_acquire) __tsan_acquire(mutex);
}

__attribute__((swiftcall)) void unlock_slow(SWIFT_SELF void *mutex) {
    static UnlockSlow *next;
    if (!next) next = (UnlockSlow *)dlsym(RTLD_NEXT, UNLOCK_SLOW);
    if (__tsan_release) __tsan_release(mutex);
    next(mutex);
}
