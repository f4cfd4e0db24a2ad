// SPDX-License-Identifier: Apache-2.0
import CLinux
package import HTTP

/// How a server listens and how long and how much it bears.
package struct ServerConfiguration: Sendable {
    /// A name or a numeric address; of a name the first address is taken.
    package var host = "127.0.0.1"
    /// A listening socket that this process was started with, in place of host and port.
    package var inheritedSocket: Int32?
    /// 0 picks a free port.
    package var port = 8080
    package var reactors = max(1, Int(linux_processors()))
    package var limits = Limits()
    /// For a request's head from its first byte, and for the first byte of a connection.
    package var headerTimeout = Duration.seconds(10)
    /// For a body that arrives more slowly than `bodyMinimumRate`.
    package var bodyTimeout = Duration.seconds(10)
    /// Bytes a second that a body, and a reader of answers, has to keep up.
    package var bodyMinimumRate = 1024
    /// For the next request of a connection.
    package var idleTimeout = Duration.seconds(75)
    /// For a reader that takes an answer more slowly than `bodyMinimumRate`.
    package var writeTimeout = Duration.seconds(30)
    /// For a pending answer and for a stream's next piece.
    package var answerTimeout = Duration.seconds(900)
    /// For the peer's end after a refused request or a last answer.
    package var lingerTimeout = Duration.seconds(2)
    package var maxConnections = 16384
    /// How long a connection has to be idle before it is closed for a new one.
    package var idleGrace = Duration.seconds(1)
    /// Bytes of bodies and unsent answers that all connections together may hold.
    package var memory = 512 << 20
    /// Where spooled bodies are kept; they have no name there.
    package var spoolFolder = "/tmp"

    package init() {}
}
