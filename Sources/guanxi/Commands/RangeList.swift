// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HTTPServer

/// Addresses and ranges of addresses with commas between.
struct RangeList: ExpressibleByArgument {
    private var texts: [String] = []

    init() {}

    init?(argument: String) {
        texts = argument.separatedByCommas
    }

    var defaultValueDescription: String { "none" }

    var all: [IPRange] { texts.compactMap { IPRange($0) } }

    func validate() throws {
        for text in texts where IPRange(text) == nil {
            throw ValidationError(
                "--trusted-proxies: “\(text)” is no address and no range like 10.0.0.0/8, of which "
                    + "the bits behind the prefix are 0"
            )
        }
    }
}
