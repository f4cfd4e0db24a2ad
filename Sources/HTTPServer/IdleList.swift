// SPDX-License-Identifier: Apache-2.0

/// The connections that wait for a request, the one that has waited longest first.
///
/// The list runs through the connections themselves, so that joining and leaving it, which each
/// request does, takes no memory and no search.
struct IdleList {
    private(set) var oldest: Connection?
    private var newest: Connection?

    mutating func add(_ connection: Connection) {
        connection.isListedIdle = true
        connection.idleBefore = newest
        newest?.idleAfter = connection
        newest = connection
        if oldest == nil { oldest = connection }
    }

    mutating func remove(_ connection: Connection) {
        guard connection.isListedIdle else { return }
        connection.isListedIdle = false
        let (before, after) = (connection.idleBefore, connection.idleAfter)
        connection.idleBefore = nil
        connection.idleAfter = nil
        before?.idleAfter = after
        after?.idleBefore = before
        if oldest === connection { oldest = after }
        if newest === connection { newest = before }
    }
}
