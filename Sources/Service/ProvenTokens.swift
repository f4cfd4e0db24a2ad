// SPDX-License-Identifier: Apache-2.0
import Crypto
import Synchronization

/// The digests of tokens that were valid when they were last looked up, for all reactors.
///
/// Only a hint that a token is worth looking up: what it may do is read from the database.
final class ProvenTokens: Sendable {
    /// Each is 32 bytes; beyond so many any one is forgotten for a new one.
    private static let limit = 65_536

    private let digests = Mutex<Set<SHA256Digest>>([])

    func contains(_ digest: SHA256Digest) -> Bool {
        digests.withLock { $0.contains(digest) }
    }

    func insert(_ digest: SHA256Digest) {
        digests.withLock { digests in
            if digests.count >= Self.limit, !digests.contains(digest) { digests.removeFirst() }
            digests.insert(digest)
        }
    }

    func remove(_ digest: SHA256Digest) {
        digests.withLock { _ = $0.remove(digest) }
    }
}
