// SPDX-License-Identifier: Apache-2.0

extension String {
    /// Puts pieces together in one allocation.
    ///
    /// An interpolation grows its text piece by piece: for the reasons of a tier that took as long
    /// as finding the tier.
    init(pieces: String...) {
        self.init()
        reserveCapacity(pieces.reduce(0) { $0 + $1.utf8.count })
        for piece in pieces { self += piece }
    }
}
