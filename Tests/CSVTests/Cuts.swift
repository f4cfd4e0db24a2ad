// SPDX-License-Identifier: Apache-2.0

/// The same bytes whole, byte by byte, and cut in two at every place.
func cuts(_ bytes: [UInt8]) -> [[[UInt8]]] {
    let halves = bytes.indices.map { [Array(bytes[..<$0]), Array(bytes[$0...])] }
    return [[bytes], bytes.map { [$0] }] + halves
}
