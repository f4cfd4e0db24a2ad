// SPDX-License-Identifier: Apache-2.0
import Glibc
import HTTPServer
import Testing

@Suite struct MailboxTests {
    private func isReadable(_ mailbox: Mailbox<Int>) -> Bool {
        var one = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&one, 1, 0) == 1
    }

    private func readCounter(of mailbox: Mailbox<Int>) -> UInt64 {
        var count: UInt64 = 0
        unsafe read(mailbox.descriptor, &count, 8)
        return count
    }

    @Test func `signals only the first message of an empty mailbox`() throws {
        let mailbox = try Mailbox<Int>()
        var batch = [0]
        mailbox.take(into: &batch)
        #expect(batch.isEmpty)
        #expect(!isReadable(mailbox))
        mailbox.post(1)
        mailbox.post(2)
        #expect(readCounter(of: mailbox) == 1)
        mailbox.take(into: &batch)
        #expect(batch == [1, 2])
        #expect(!isReadable(mailbox))
        mailbox.post(3)
        #expect(isReadable(mailbox))
        mailbox.take(into: &batch)
        #expect(batch == [3])
    }
}
