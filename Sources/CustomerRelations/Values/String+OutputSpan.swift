// SPDX-License-Identifier: Apache-2.0

extension String {
    /// A text of at most `count` bytes, from whoever appends them.
    init(upTo count: Int, _ append: (inout OutputSpan<UInt8>) -> Void) {
        // The buffer is filled through the span alone, which keeps count.
        unsafe self.init(unsafeUninitializedCapacity: count) { buffer in
            var output = unsafe OutputSpan(buffer: buffer, initializedCount: 0)
            append(&output)
            return unsafe output.finalize(for: buffer)
        }
    }
}
