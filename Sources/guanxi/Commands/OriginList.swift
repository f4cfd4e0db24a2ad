// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation

/// Origins with commas between.
struct OriginList: ExpressibleByArgument {
    private(set) var all: [String] = []

    init() {}

    init?(argument: String) {
        all = argument.separatedByCommas
    }

    var defaultValueDescription: String { "none" }

    /// Refuses what no browser sends, for it would let nobody in.
    func validate() throws {
        for text in all where Origin(text) == nil {
            throw ValidationError(
                "--cors-origins: “\(text)” is no origin as browsers send it: scheme, host in lower "
                    + "case, and the port unless it is the scheme's own, with nothing behind, such "
                    + "as https://crm.example.com or http://localhost:5173"
            )
        }
    }
}

extension String {
    /// The elements of a list, without the spaces around them.
    var separatedByCommas: [String] {
        guard !isEmpty else { return [] }
        return split(separator: ",", omittingEmptySubsequences: false)
            .map { $0.trimmingCharacters(in: .whitespaces) }
    }
}
