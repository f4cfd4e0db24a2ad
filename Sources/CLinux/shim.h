// SPDX-License-Identifier: Apache-2.0
// What Swift's Glibc module lacks or cannot call. Each wrapper returns the call's result or
// -errno, so that nothing can overwrite errno between the call and its reading.
#ifndef CLINUX_SHIM_H
#define CLINUX_SHIM_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

// Swift's Glibc module is built without _GNU_SOURCE, and a module built with it would disagree
// with it about types they share: so the one GNU function used is declared here.
extern int accept4(int, struct sockaddr *restrict, socklen_t *restrict, int);

static const uint32_t linux_readable = EPOLLIN;
static const uint32_t linux_writable = EPOLLOUT;
static const uint32_t linux_peer_shut = EPOLLRDHUP;
static const uint32_t linux_hung_up = EPOLLHUP;
static const uint32_t linux_failed = EPOLLERR;
static const uint32_t linux_edge_triggered = EPOLLET;
static const uint32_t linux_exclusive = EPOLLEXCLUSIVE;

static inline int linux_result(int result) {
    return result < 0 ? -errno : result;
}

static inline int linux_epoll_create(void) {
    return linux_result(epoll_create1(EPOLL_CLOEXEC));
}

static inline int linux_epoll_add(int epoll, int descriptor, uint32_t events, uint64_t datum) {
    struct epoll_event event = {.events = events, .data = {.u64 = datum}};
    return linux_result(epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event));
}

static inline int linux_epoll_remove(int epoll, int descriptor) {
    struct epoll_event unused = {0};
    return linux_result(epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &unused));
}

static inline int linux_epoll_wait(
    int epoll, struct epoll_event *events, int room, int milliseconds
) {
    return linux_result(epoll_wait(epoll, events, room, milliseconds));
}

static inline int linux_eventfd(void) {
    return linux_result(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
}

static inline void linux_eventfd_post(int descriptor) {
    // Fails only when the counter is full, and then the descriptor is readable already.
    (void)eventfd_write(descriptor, 1);
}

/// A non-blocking stream socket for an address, with SO_REUSEADDR and, if asked, SO_REUSEPORT.
static inline int linux_listening_socket(
    const struct sockaddr *address, socklen_t length, int shared, int backlog
) {
    int yes = 1;
    int one = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (one < 0) return -errno;
    if (setsockopt(one, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) < 0
        || (shared && setsockopt(one, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes) < 0)
        || bind(one, address, length) < 0
        || listen(one, backlog) < 0) {
        int error = errno;
        close(one);
        return -error;
    }
    return one;
}

/// A further descriptor of a listening stream socket of IP that this process was started with.
static inline int linux_adopt_listener(int descriptor) {
    int listens = 0, domain = 0;
    socklen_t length = sizeof listens;
    if (getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length) < 0) return -errno;
    length = sizeof domain;
    if (getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &domain, &length) < 0) return -errno;
    if (!listens || (domain != AF_INET && domain != AF_INET6)) return -EINVAL;
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) < 0) return -errno;
    return linux_result(fcntl(descriptor, F_DUPFD_CLOEXEC, 3));
}

/// The port a socket is bound to.
static inline int linux_port(int descriptor) {
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    if (getsockname(descriptor, (struct sockaddr *)&address, &length) < 0) return -errno;
    if (address.ss_family == AF_INET6) return ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
    return ntohs(((struct sockaddr_in *)&address)->sin_port);
}

/// Writes the address a socket is bound to as text.
static inline void linux_host(int descriptor, char *text, socklen_t room) {
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    text[0] = 0;
    if (getsockname(descriptor, (struct sockaddr *)&address, &length) < 0) return;
    if (address.ss_family == AF_INET6) {
        inet_ntop(AF_INET6, &((struct sockaddr_in6 *)&address)->sin6_addr, text, room);
    } else {
        inet_ntop(AF_INET, &((struct sockaddr_in *)&address)->sin_addr, text, room);
    }
}

/// Reads an address in its usual form, IPv4 as IPv4-mapped IPv6; 1 if it is one.
static inline int linux_parse_address(const char *text, uint64_t *high, uint64_t *low) {
    uint8_t bytes[16] = {[10] = 0xff, [11] = 0xff};
    if (inet_pton(AF_INET, text, bytes + 12) != 1 && inet_pton(AF_INET6, text, bytes) != 1) {
        return 0;
    }
    *high = *low = 0;
    for (int i = 0; i < 8; i++) {
        *high = *high << 8 | bytes[i];
        *low = *low << 8 | bytes[8 + i];
    }
    return 1;
}

/// Accepts a connection, non-blocking and without Nagle's delay; writes the peer's address as
/// text, an IPv4 address that came through an IPv6 socket as IPv4.
///
/// The system holds at most 64 KiB that it could not send yet: what a peer does not take has to show
/// here, where it has a time limit.
static inline int linux_accept(int listener, char *text, socklen_t room) {
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    int one = accept4(
        listener, (struct sockaddr *)&address, &length, SOCK_NONBLOCK | SOCK_CLOEXEC
    );
    if (one < 0) return -errno;
    int yes = 1;
    int unsent = 64 << 10;
    (void)setsockopt(one, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    (void)setsockopt(one, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent);
    text[0] = 0;
    if (address.ss_family == AF_INET) {
        inet_ntop(AF_INET, &((struct sockaddr_in *)&address)->sin_addr, text, room);
    } else if (address.ss_family == AF_INET6) {
        struct in6_addr *six = &((struct sockaddr_in6 *)&address)->sin6_addr;
        if (IN6_IS_ADDR_V4MAPPED(six)) {
            inet_ntop(AF_INET, &six->s6_addr[12], text, room);
        } else {
            inet_ntop(AF_INET6, six, text, room);
        }
    }
    return one;
}

static inline ssize_t linux_receive(int descriptor, void *bytes, size_t room) {
    ssize_t count = recv(descriptor, bytes, room, 0);
    return count < 0 ? -errno : count;
}

/// Sends without raising SIGPIPE when the peer has gone.
static inline ssize_t linux_send(int descriptor, const void *bytes, size_t count) {
    ssize_t sent = send(descriptor, bytes, count, MSG_NOSIGNAL);
    return sent < 0 ? -errno : sent;
}

/// Closes with a reset, so that a peer cannot take a cut answer for a whole one.
static inline void linux_reset(int descriptor) {
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    (void)setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(descriptor);
}

/// A new file of a folder that has no name and goes with its last descriptor.
static inline int linux_nameless_file(const char *folder) {
    int one = open(folder, __O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (one >= 0 || (errno != EOPNOTSUPP && errno != EISDIR)) return linux_result(one);
    // A file system without O_TMPFILE: the name lives for a moment.
    char path[4096];
    int count = snprintf(path, sizeof path, "%s/guanxi-XXXXXX", folder);
    if (count < 0 || (size_t)count >= sizeof path) return -ENAMETOOLONG;
    one = mkstemp(path);
    if (one < 0) return -errno;
    unlink(path);
    (void)fcntl(one, F_SETFD, FD_CLOEXEC);
    return one;
}

static inline ssize_t linux_write(int descriptor, const void *bytes, size_t count) {
    ssize_t written = write(descriptor, bytes, count);
    return written < 0 ? -errno : written;
}

/// The processors this process may run on.
static inline int linux_processors(void) {
    unsigned long set[128];
    long bytes = syscall(SYS_sched_getaffinity, 0, sizeof set, set);
    int count = 0;
    for (long i = 0; i < bytes / (long)sizeof set[0]; i++) count += __builtin_popcountl(set[i]);
    return count;
}

/// Has pieces of memory from 128 KiB on given back to the system when they are freed, whatever the
/// largest one so far was (mallopt(3), "dynamic mmap threshold").
static inline void linux_return_freed_memory(void) {
    (void)mallopt(M_MMAP_THRESHOLD, 128 << 10);
    (void)mallopt(M_TRIM_THRESHOLD, 1 << 20);
}

static inline void linux_name_thread(const char *name) {
    (void)prctl(PR_SET_NAME, name, 0, 0, 0);
}

#endif
