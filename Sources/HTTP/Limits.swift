// SPDX-License-Identifier: Apache-2.0

/// How much of a request is read before it is refused; bodies are limited by whoever takes them.
package struct Limits: Sendable {
    /// Bytes of the request line without its line end (414 above).
    package var requestLine: Int
    /// Fields of a header or trailer section (431 above).
    package var fieldCount: Int
    /// Bytes of a header section, line ends counted (431 above), and of a trailer section together
    /// with the chunk extensions before it (400 where an extension exceeds it).
    package var fieldBytes: Int
    /// Bytes behind a chunk's size (400 above).
    package var chunkExtension: Int

    package init(
        requestLine: Int = 8192,
        fieldCount: Int = 100,
        fieldBytes: Int = 16384,
        chunkExtension: Int = 256
    ) {
        self.requestLine = requestLine
        self.fieldCount = fieldCount
        self.fieldBytes = fieldBytes
        self.chunkExtension = chunkExtension
    }
}
