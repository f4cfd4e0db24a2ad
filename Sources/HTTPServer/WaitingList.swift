// SPDX-License-Identifier: Apache-2.0

/// Connections that could go for another, the one that has waited longest first.
///
/// The list runs through the connections themselves, so that joining and leaving it, which each
/// request does, takes no memory and no search.
struct WaitingList {
    enum Kind {
        /// Waits for a request.
        case idle
        /// Has been told to end.
        case lingering
    }

    private(set) var oldest: Connection?
    private var newest: Connection?

    mutating func add(_ connection: Connection) {
        connection.listedBefore = newest
        newest?.listedAfter = connection
        newest = connection
        if oldest == nil { oldest = connection }
    }

    mutating func remove(_ connection: Connection) {
        let (before, after) = (connection.listedBefore, connection.listedAfter)
        connection.listedBefore = nil
        connection.listedAfter = nil
        before?.listedAfter = after
        after?.listedBefore = before
        if oldest === connection { oldest = after }
        if newest === connection { newest = before }
    }
}
