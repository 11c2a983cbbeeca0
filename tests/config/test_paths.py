from pathlib import Path

import pytest

from hybridir.config.compose import load_config
from hybridir.config.paths import cache_dir, data_root


def test_the_configuration_then_the_environment_then_the_default(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HYBRIDIR_DATA", "/data")
    monkeypatch.setenv("HYBRIDIR_CACHE", "/cache")
    named = load_config(["data_root=/mine", "cache_dir=/fast"])
    assert (data_root(named), cache_dir(named)) == (Path("/mine"), Path("/fast"))
    assert (data_root(load_config()), cache_dir(load_config())) == (Path("/data"), Path("/cache"))
    monkeypatch.delenv("HYBRIDIR_DATA")
    monkeypatch.delenv("HYBRIDIR_CACHE")
    assert (data_root(load_config()), cache_dir(load_config())) == (Path(), Path.home() / ".cache" / "hybridir")
