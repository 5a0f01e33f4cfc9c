"""The names of lanes: what excludes two deliveries from running beside each other."""


def job_lane(instance: str, storefront: str, job: str) -> str:
    """One lane per instance and job."""
    return f"{instance}/{storefront}/{job}"
