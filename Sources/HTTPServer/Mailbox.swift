// SPDX-License-Identifier: Apache-2.0
import CLinux
import Synchronization

/// Carries messages to one thread, which waits on `descriptor`.
package final class Mailbox<Message: Sendable>: Sendable {
    private let messages = Mutex<[Message]>([])
    private let event: Descriptor

    package init() throws {
        event = try Descriptor(linux_eventfd(), from: "eventfd")
    }

    /// Becomes readable when the first message is put into an empty mailbox.
    ///
    /// Its counter is never read, so it has to be watched edge-triggered.
    package var descriptor: Int32 { event.number }

    package func post(_ message: Message) {
        let isFirst = messages.withLock { messages in
            messages.append(message)
            return messages.count == 1
        }
        if isFirst { linux_eventfd_post(event.number) }
    }

    /// Exchanges all messages for an empty array, whose memory is used further.
    package func take(into batch: inout [Message]) {
        batch.removeAll(keepingCapacity: true)
        messages.withLock { swap(&$0, &batch) }
    }
}
