// SPDX-License-Identifier: Apache-2.0
import HTTP
import Routing
import SQLite
import Synchronization

/// A body of pages: each is read on the slow lane when the client has taken the one before, from
/// a snapshot of its own, so that no client holds a snapshot or a thread.
final class PageStream: BodyStream {
    private enum Next {
        case ready(Pages<Snapshot>.Page)
        case from(Pages<Snapshot>.Key)
        case over
    }

    private let pages: Pages<Snapshot>
    private let lane: SlowLane
    private let share: SlowLane.Share
    private let failed: @Sendable (any Error) -> Void
    private let next: Mutex<Next>

    /// `share` is whose turns the pages take; `failed` learns why one could not be read.
    init(
        _ pages: Pages<Snapshot>,
        on lane: SlowLane,
        of share: SlowLane.Share,
        failed: @escaping @Sendable (any Error) -> Void
    ) {
        self.pages = pages
        self.lane = lane
        self.share = share
        self.failed = failed
        next = Mutex(.ready(pages.first))
    }

    func next(_ deliver: @escaping @Sendable (StreamPiece) -> Void) {
        switch next.withLock({ $0 }) {
        case .ready(let page):
            hand(page, to: deliver)
        case .from(let key):
            do {
                try lane.submitPage(of: share) { [self] connection in
                    read(key, connection, deliver)
                }
            } catch {
                failed(error)
                deliver(.failed)
            }
        case .over:
            deliver(.end)
        }
    }

    func cancel() {
        next.withLock { $0 = .over }
    }

    private func read(
        _ key: Pages<Snapshot>.Key,
        _ connection: Connection,
        _ deliver: (StreamPiece) -> Void
    ) {
        // The client has gone.
        if case .over = next.withLock({ $0 }) { return }
        do {
            let page = try connection.read(within: SlowLane.budget) { try pages.page($0, key) }
            hand(page, to: deliver)
        } catch {
            failed(error)
            deliver(.failed)
        }
    }

    private func hand(_ page: Pages<Snapshot>.Page, to deliver: (StreamPiece) -> Void) {
        next.withLock { $0 = page.next.map(Next.from) ?? .over }
        deliver(page.bytes.isEmpty ? .end : .bytes(page.bytes))
    }
}
