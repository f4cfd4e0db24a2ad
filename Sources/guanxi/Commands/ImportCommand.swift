// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "import")
    func run() throws {}
}
