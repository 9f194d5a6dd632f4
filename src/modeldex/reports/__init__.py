"""What a scan prints: lines for people, JSON, SARIF, commands of GitHub workflows."""
