// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

struct TiersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "tiers")
    func run() throws {}
}
