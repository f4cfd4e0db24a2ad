// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "export")
    func run() throws {}
}
